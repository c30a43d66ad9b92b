"""Reading endpoints and deliveries; whose they are is part of the query."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.db.locks import load_one
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor
from app.identity.queries import shop_run_by
from app.webhooks.errors import DeliveryNotFound, EndpointNotFound
from app.webhooks.models import WebhookDelivery, WebhookEndpoint
from app.webhooks.rules import KEEPING

SIZE = 25


def endpoints_run_by(actor: Actor) -> Select[WebhookEndpoint]:
    """Those of the shops this person owns and the companies this person approves for: where news goes is theirs to say."""
    return select(WebhookEndpoint).where(WebhookEndpoint.organization_id.in_(actor.organizations(KEEPING)))


def endpoints_of(session: Session, actor: Actor, organization_id: UUID) -> Sequence[WebhookEndpoint]:
    """At most `MOST_ENDPOINTS`, the oldest first. Raises ShopNotFound for who may not say where its news goes."""
    shop_run_by(session, actor, organization_id, KEEPING)
    mine = endpoints_run_by(actor).where(WebhookEndpoint.organization_id == organization_id)
    return session.scalars(mine.order_by(WebhookEndpoint.id)).all()


def endpoint_shown(session: Session, actor: Actor, endpoint_id: UUID) -> WebhookEndpoint:
    """Raises EndpointNotFound."""
    return load_one(session, endpoints_run_by(actor).where(WebhookEndpoint.id == endpoint_id), missing=EndpointNotFound)


def count_endpoints(session: Session, organization_id: UUID) -> int:
    query = select(func.count()).where(WebhookEndpoint.organization_id == organization_id)
    return session.scalar(query) or 0


def deliveries_of(session: Session, endpoint_id: UUID, *, cursor: str | None = None, size: int = SIZE) -> Page[Any]:
    """What an endpoint that may be seen was told, the newest first."""
    delivery = WebhookDelivery
    query = select(
        delivery.id, delivery.kind, delivery.state, delivery.tries, delivery.created_at, delivery.last_tried_at,
        delivery.due_at, delivery.last_status,
    ).where(delivery.endpoint_id == endpoint_id)  # fmt: skip
    return fetch_page(session, query, order=[delivery.id], descending=True, cursor=cursor, size=size)


def deliveries_run_by(actor: Actor) -> Select[WebhookDelivery]:
    mine = endpoints_run_by(actor).with_only_columns(WebhookEndpoint.id)
    return select(WebhookDelivery).where(WebhookDelivery.endpoint_id.in_(mine))


def delivery_shown(session: Session, actor: Actor, delivery_id: UUID) -> WebhookDelivery:
    """Raises DeliveryNotFound."""
    return load_one(
        session, deliveries_run_by(actor).where(WebhookDelivery.id == delivery_id), missing=DeliveryNotFound
    )


def listening(session: Session, organization_id: UUID, kind: str) -> Sequence[UUID]:
    """The endpoints that are told of such an event."""
    query = select(WebhookEndpoint.id).where(
        WebhookEndpoint.organization_id == organization_id,
        WebhookEndpoint.disabled_at.is_(None),
        WebhookEndpoint.kinds.contains([kind]),
    )
    return session.scalars(query.order_by(WebhookEndpoint.id)).all()
