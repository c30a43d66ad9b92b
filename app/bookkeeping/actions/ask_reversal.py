"""Somebody asks to turn a journal back that turned out wrong."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.bookkeeping.actions.tell_bookkeepers import tell_bookkeepers
from app.bookkeeping.errors import (
    JournalBookedByHand,
    JournalIsReversal,
    JournalTurnedBack,
    ReversalAsked,
    ReversalReasonNeeded,
)
from app.bookkeeping.models import Reversal
from app.bookkeeping.queries.entries import require_bookkeeper
from app.bookkeeping.queries.reversals import Posted, posted
from app.bookkeeping.rules import ASKED, HAND_EVENTS, REASON_LONGEST
from app.identity.actor import Actor

_LOCK = 7_303_048


def one_at_a_time(session: Session) -> None:
    session.execute(select(func.pg_advisory_xact_lock(_LOCK)))


def ask_reversal(session: Session, actor: Actor, journal_id: UUID, *, reason: str, form_token: UUID) -> Reversal:
    """Nothing is booked before another person agrees; the same form again is the same request.

    Raises BookkeeperNeeded, JournalNotFound, JournalBookedByHand, JournalIsReversal, JournalTurnedBack,
    ReversalReasonNeeded, ReversalAsked.
    """
    require_bookkeeper(actor)
    assert actor.user_id is not None
    one_at_a_time(session)
    same = session.scalars(select(Reversal).where(Reversal.form_token == form_token)).one_or_none()
    if same is not None:
        return same
    require_turnable(posted(session, journal_id))
    words = " ".join(reason.split())[:REASON_LONGEST]
    if not words:
        raise ReversalReasonNeeded(field="reason")
    waiting = select(Reversal.id).where(Reversal.journal_id == journal_id, Reversal.state == ASKED)
    if session.scalar(waiting) is not None:
        raise ReversalAsked
    asked = Reversal(form_token=form_token, journal_id=journal_id, reason=words, asked_by=actor.user_id)
    session.add(asked)
    session.flush()
    record_act(session, actor.user_id, "reversal.ask", asked.id, journal=str(journal_id), reason=words)
    tell_bookkeepers(session, "asked", asked, who=actor.user_id, words=words)
    return asked


def require_turnable(found: Posted) -> None:
    """Raises JournalBookedByHand, JournalIsReversal, JournalTurnedBack."""
    if found.entry.event in HAND_EVENTS:
        raise JournalBookedByHand
    if found.entry.reverses_id is not None:
        raise JournalIsReversal
    if found.is_turned_back:
        raise JournalTurnedBack
