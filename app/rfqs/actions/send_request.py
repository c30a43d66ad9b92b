"""A request goes out: jobs tell the shops one by one, so that nobody waits for it; and it ends."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload

from app.events.bus import publish
from app.identity.actor import Actor
from app.jobs.queue import enqueue
from app.rfqs.actions.keep_request import require_asking_day
from app.rfqs.actions.lock_request import become, end_live_quotes, lock_request, state_of
from app.rfqs.actions.tell import tell_asked, tell_closed
from app.rfqs.events import RequestMoved
from app.rfqs.models import Asked, Rfq
from app.rfqs.queries import requests_of
from app.rfqs.rules.life import AskedState, QuoteState, RfqState, require_draft, require_running

TOLD = "told"


def send_request(session: Session, actor: Actor, rfq_id: UUID, *, now: datetime) -> Rfq:
    """Twice is once. Raises RequestNotFound, NoDraft for one that is over, UnusableDay when its day has passed."""
    rfq = lock_request(session, rfq_id, requests_of(actor))
    if rfq.state == RfqState.OPEN:
        return rfq
    require_draft(rfq.state)
    require_asking_day(rfq.closes_at, now)
    rfq.opened_at = now
    become(session, rfq, RfqState.OPEN, now, actor_id=actor.user_id)
    enqueue(session, "rfqs.tell_shops", once=f"rfqs.tell_shops:{rfq.id}", rfq_id=str(rfq.id))
    return rfq


def tell_next_shop(session: Session, rfq_id: UUID, *, now: datetime) -> bool:
    """One shop that does not know yet gets it on its desk, with news and mails; whether there was one."""
    rfq = lock_request(session, rfq_id)
    if rfq.state != RfqState.OPEN:
        return False
    waiting = select(Asked).where(Asked.rfq_id == rfq.id, Asked.state == AskedState.WAITING).order_by(Asked.id).limit(1)
    asked = session.scalars(waiting.options(lazyload(Asked.organization)).with_for_update()).one_or_none()
    if asked is None:
        return False
    asked.told_at, asked.state = now, AskedState.TOLD
    session.flush()
    publish(session, RequestMoved(rfq.id, TOLD, asked.id, None))
    tell_asked(session, rfq, asked)
    return True


def close_request(session: Session, rfq_id: UUID, *, now: datetime) -> bool:
    """Its time is over: no shop begins to quote any more. False when it ended otherwise, or has time left."""
    rfq = lock_request(session, rfq_id)
    if rfq.state != RfqState.OPEN or rfq.closes_at > now:
        return False
    become(session, rfq, RfqState.CLOSED, now)
    tell_closed(session, rfq)
    return True


def cancel_request(session: Session, actor: Actor, rfq_id: UUID, *, now: datetime) -> Rfq:
    """Take it back: quotes on the table end, and the shops that know of it are told. Twice is once.

    Raises RequestNotFound, RequestDecided.
    """
    rfq = lock_request(session, rfq_id, requests_of(actor))
    if rfq.state == RfqState.CANCELED:
        return rfq
    was_sent = rfq.state != RfqState.DRAFT
    if was_sent:
        require_running(state_of(rfq, now))
    end_live_quotes(session, rfq, QuoteState.NOT_CHOSEN, now)
    become(session, rfq, RfqState.CANCELED, now, actor_id=actor.user_id)
    if was_sent:
        enqueue(session, "rfqs.tell_outcome", rfq_id=str(rfq.id))
    return rfq
