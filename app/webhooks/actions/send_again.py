"""By hand: a delivery once more, or a message that only tests."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.locks import lock_one
from app.identity.actor import Actor
from app.jobs.queue import enqueue
from app.webhooks.actions.keep_endpoint import locked_endpoint
from app.webhooks.actions.note_event import SEND, write_deliveries
from app.webhooks.errors import DeliveryNotFound, EndpointDisabled
from app.webhooks.models import WebhookDelivery, WebhookEndpoint
from app.webhooks.payloads import message
from app.webhooks.queries import deliveries_run_by
from app.webhooks.rules import TEST


def send_again(session: Session, actor: Actor, delivery_id: UUID, *, now: datetime) -> WebhookDelivery:
    """The same message under the same id, from the first try on. Raises DeliveryNotFound, EndpointDisabled."""
    delivery = lock_one(
        session, deliveries_run_by(actor).where(WebhookDelivery.id == delivery_id), missing=DeliveryNotFound
    )
    is_off = select(WebhookEndpoint.disabled_at).where(WebhookEndpoint.id == delivery.endpoint_id)
    if session.scalar(is_off) is not None:
        raise EndpointDisabled
    delivery.state, delivery.attempts, delivery.due_at = "waiting", 0, now
    enqueue(session, SEND, once=SEND)
    return delivery


def send_test(session: Session, actor: Actor, endpoint_id: UUID, *, form_token: UUID, now: datetime) -> WebhookDelivery:
    """Once per form; gives the message. Raises EndpointNotFound, EndpointDisabled."""
    endpoint = locked_endpoint(session, actor, endpoint_id)
    if endpoint.disabled_at is not None:
        raise EndpointDisabled
    body = message(TEST, now, {"endpoint_id": str(endpoint.id)})
    key = f"test:{form_token}"
    write_deliveries(session, [endpoint.id], TEST, key=key, body=body)
    written = select(WebhookDelivery).where(WebhookDelivery.endpoint_id == endpoint.id, WebhookDelivery.key == key)
    return session.scalars(written).one()
