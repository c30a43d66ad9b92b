"""What shops and companies that buy have in common; `actor` is somebody of the one that the request names."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from flask import Response
from sqlalchemy.orm import Session

from app.access.current import asking, form_token, once_as
from app.api.schemas import page_body
from app.db.session import in_transaction, reading
from app.identity.actor import Actor
from app.webhooks.actions.keep_endpoint import (
    EndpointTerms,
    add_endpoint,
    change_endpoint,
    remove_endpoint,
    rotate_secret,
    switch_endpoint,
)
from app.webhooks.actions.send_again import send_again, send_test
from app.webhooks.queries import deliveries_of, delivery_shown, endpoint_shown, endpoints_of
from app.webhooks.schemas import DeliverySchema, EndpointSchema, delivery_body, delivery_row, endpoint_body


def listed(actor: Actor, organization_id: UUID) -> dict[str, Any]:
    with reading() as session:
        return {"rows": [endpoint_body(one) for one in endpoints_of(session, actor, organization_id)]}


def added(actor: Actor, organization_id: UUID, key: str, sent: dict[str, Any]) -> dict[str, Any]:
    token = uuid5(asking().token_id, key)
    made, secret = in_transaction(
        lambda session: add_endpoint(session, actor, organization_id, _terms(sent), form_token=token)
    )
    return {**endpoint_body(made), "secret": secret}


def shown(actor: Actor, endpoint_id: UUID) -> dict[str, Any]:
    with reading() as session:
        return endpoint_body(endpoint_shown(session, actor, endpoint_id))


def changed(actor: Actor, endpoint_id: UUID, sent: dict[str, Any]) -> Response:
    def work(session: Session) -> dict[str, Any]:
        return endpoint_body(change_endpoint(session, actor, endpoint_id, _terms(sent)))

    return once_as(EndpointSchema, work)


def rotated(actor: Actor, endpoint_id: UUID, seen: int) -> dict[str, Any]:
    """Not by `once`: no answer with a secret is kept. The version that was read makes it once."""

    def work(session: Session) -> dict[str, Any]:
        secret = rotate_secret(session, actor, endpoint_id, seen=seen, now=datetime.now(UTC))
        session.flush()
        return {**endpoint_body(endpoint_shown(session, actor, endpoint_id)), "secret": secret}

    return in_transaction(work)


def switched(actor: Actor, endpoint_id: UUID, *, on: bool) -> Response:
    def work(session: Session) -> dict[str, Any]:
        return endpoint_body(switch_endpoint(session, actor, endpoint_id, on=on, now=datetime.now(UTC)))

    return once_as(EndpointSchema, work)


def removed(actor: Actor, endpoint_id: UUID) -> Response:
    in_transaction(lambda session: remove_endpoint(session, actor, endpoint_id))
    return Response(status=204)


def tested(actor: Actor, endpoint_id: UUID) -> Response:
    def work(session: Session) -> dict[str, Any]:
        now = datetime.now(UTC)
        return delivery_body(send_test(session, actor, endpoint_id, form_token=form_token(), now=now))

    return once_as(DeliverySchema, work, 201)


def told(actor: Actor, endpoint_id: UUID, asked: dict[str, Any]) -> dict[str, Any]:
    with reading() as session:
        endpoint = endpoint_shown(session, actor, endpoint_id)
        return page_body(deliveries_of(session, endpoint.id, cursor=asked["cursor"], size=asked["size"]), delivery_row)


def looked_at(actor: Actor, delivery_id: UUID) -> dict[str, Any]:
    with reading() as session:
        return delivery_body(delivery_shown(session, actor, delivery_id))


def repeated(actor: Actor, delivery_id: UUID) -> Response:
    def work(session: Session) -> dict[str, Any]:
        return delivery_body(send_again(session, actor, delivery_id, now=datetime.now(UTC)))

    return once_as(DeliverySchema, work)


def _terms(sent: dict[str, Any]) -> EndpointTerms:
    return EndpointTerms(sent["url"], tuple(dict.fromkeys(sent["kinds"])))
