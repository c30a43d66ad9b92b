"""A webhook is kept first and handled later: answering Stripe takes one insert."""

from datetime import UTC, datetime

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.jobs.queue import enqueue
from app.onramp.models import WebhookEvent
from app.onramp.rules import WEBHOOK_EVENTS, without_people
from app.onramp.stripe_values import VerifiedEvent


def record_webhook(session: Session, event: VerifiedEvent) -> bool:
    """Keep it once per Stripe event id, and plan its handling if it calls for any; False when it was known.

    Whoever reacts asks Stripe anew by the ids in it. So nobody's name or address is kept, and none can come back by a
    late message after its person was erased.
    """
    calls_for_work = event.type in WEBHOOK_EVENTS
    payload = without_people(event.payload)
    inserted = session.scalar(
        upsert(WebhookEvent)
        .values(
            stripe_event_id=event.id,
            type=event.type,
            created=event.created,
            payload=payload,
            handled_at=None if calls_for_work else datetime.now(UTC),
        )
        .on_conflict_do_nothing()
        .returning(WebhookEvent.stripe_event_id)
    )
    if inserted is None:
        return False
    if calls_for_work:
        enqueue(session, "onramp.handle_event", stripe_event_id=event.id)
    return True


def record_handled(session: Session, stripe_event_id: str, problem: str | None) -> None:
    event = session.get_one(WebhookEvent, stripe_event_id, with_for_update=True)
    event.problem = problem
    event.handled_at = None if problem else datetime.now(UTC)
