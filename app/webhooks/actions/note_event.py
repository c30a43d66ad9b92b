"""Something happened: a delivery for every endpoint that wants to know, in the same transaction."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.jobs.queue import enqueue
from app.webhooks.models import WebhookDelivery
from app.webhooks.payloads import message
from app.webhooks.queries import listening

SEND = "webhooks.send"


def note_event(
    session: Session, organization_id: UUID, kind: str, *, key: str, at: datetime, data: Callable[[], Any]
) -> None:
    """`key` names the fact, which is told once; `data` is asked for only if somebody listens."""
    endpoints = listening(session, organization_id, kind)
    if endpoints:
        write_deliveries(session, endpoints, kind, key=key, body=message(kind, at, data()))


def write_deliveries(session: Session, endpoint_ids: Any, kind: str, *, key: str, body: str) -> None:
    rows = [{"endpoint_id": one, "kind": kind, "key": key, "body": body} for one in endpoint_ids]
    session.execute(insert(WebhookDelivery).on_conflict_do_nothing(), rows)
    enqueue(session, SEND, once=SEND)
