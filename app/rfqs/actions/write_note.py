"""One side asks or answers, without changing anything: more information before a quote."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.identity.rules.roles import SELLING
from app.rfqs.actions.lock_request import lock_asked, lock_request, note, state_of
from app.rfqs.actions.tell import tell_note
from app.rfqs.errors import NothingNoted, RequestNotFound, TooManyNotes
from app.rfqs.models import Asked, Rfq, RfqNote
from app.rfqs.queries import requests_of
from app.rfqs.rules.life import MOST_NOTES, require_running

BUYER, SELLER = "buyer", "seller"


def ask_buyer(session: Session, actor: Actor, asked_id: UUID, body: str, *, form_token: UUID, now: datetime) -> None:
    """By who sells for the shop. Raises RequestNotFound, NothingNoted, TooManyNotes, RequestIsOver, RequestDecided."""
    asked, rfq = lock_asked(session, actor, asked_id, SELLING)
    _write(session, rfq, asked, SELLER, actor, body, form_token=form_token, now=now)


def answer_shop(session: Session, actor: Actor, asked_id: UUID, body: str, *, form_token: UUID, now: datetime) -> UUID:
    """By the buyer's side; gives the request. Raises as `ask_buyer`."""
    rfq_id = session.scalar(select(Asked.rfq_id).where(Asked.id == asked_id, Asked.told_at.is_not(None)))
    if rfq_id is None:
        raise RequestNotFound
    rfq = lock_request(session, rfq_id, requests_of(actor))
    asked = session.get_one(Asked, asked_id)
    _write(session, rfq, asked, BUYER, actor, body, form_token=form_token, now=now)
    return rfq.id


def _write(
    session: Session, rfq: Rfq, asked: Asked, side: str, actor: Actor, body: str, *, form_token: UUID, now: datetime
) -> None:
    """The same form twice is one note."""
    if session.scalar(select(RfqNote.id).where(RfqNote.form_token == form_token)) is not None:
        return
    require_running(state_of(rfq, now))
    if not body:
        raise NothingNoted(field="body")
    count = session.scalar(select(func.count()).where(RfqNote.asked_id == asked.id)) or 0
    if count >= MOST_NOTES:
        raise TooManyNotes(most=MOST_NOTES)
    written = RfqNote(
        asked_id=asked.id, form_token=form_token, side=side, author_id=actor.user_id, body=body, written_at=now
    )
    session.add(written)
    note(session, rfq, f"note_by_{side}", now, actor_id=actor.user_id, asked_id=asked.id)
    tell_note(session, rfq, asked, written)
