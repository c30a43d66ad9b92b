"""Another person agrees that a journal is turned back, or refuses; who asked may withdraw it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.bookkeeping.actions.ask_reversal import one_at_a_time, require_turnable
from app.bookkeeping.actions.tell_bookkeepers import tell_bookkeepers
from app.bookkeeping.errors import (
    AnotherBookkeeperNeeded,
    NotYourRequest,
    RequesterHasLeft,
    ReversalDecided,
    ReversalNotFound,
    WouldBeBelowZero,
)
from app.bookkeeping.models import Reversal
from app.bookkeeping.queries.entries import require_bookkeeper
from app.bookkeeping.queries.reversals import below_zero, posted, reversals_for
from app.bookkeeping.rules import AGREED, ASKED, BOOKKEEPERS, REASON_LONGEST, REFUSED, REVERSAL, WITHDRAWN
from app.db.locks import lock_one
from app.identity.actor import Actor, market_role
from app.identity.queries import actor_of
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import turned_back
from app.settlement.actions.wake_mints import wake_mints


def agree_to_reversal(session: Session, actor: Actor, reversal_id: UUID, *, now: datetime) -> Reversal:
    """Post the opposite on the day of the first: in its month, or if that is closed as late for it.

    Raises BookkeeperNeeded, ReversalNotFound, ReversalDecided, AnotherBookkeeperNeeded, RequesterHasLeft,
    JournalTurnedBack, WouldBeBelowZero.
    """
    asked = _waiting(session, actor, reversal_id)
    if asked.asked_by == actor.user_id:
        raise AnotherBookkeeperNeeded
    if not market_role(actor_of(session, asked.asked_by), *BOOKKEEPERS):
        raise RequesterHasLeft
    found = posted(session, asked.journal_id)
    require_turnable(found)
    assert actor.user_id is not None
    opposite = turned_back(found.entry, journal_id=found.journal_id, reason=asked.reason)
    empty = below_zero(session, opposite.lines)
    if empty:
        raise WouldBeBelowZero(account=empty[0].number)
    asked.reversal_id = post_journal(session, opposite)
    _decide(asked, AGREED, actor, now)
    session.flush()
    wake_mints(session)
    record_act(session, actor.user_id, "reversal.agree", asked.id, journal=str(asked.journal_id), reason=asked.reason)
    tell_bookkeepers(session, "agreed", asked, who=actor.user_id, words=asked.reason)
    return asked


def refuse_reversal(session: Session, actor: Actor, reversal_id: UUID, *, answer: str, now: datetime) -> Reversal:
    """The journal stays. Raises BookkeeperNeeded, ReversalNotFound, ReversalDecided, AnotherBookkeeperNeeded."""
    asked = _waiting(session, actor, reversal_id)
    if asked.asked_by == actor.user_id:
        raise AnotherBookkeeperNeeded
    return _leave(session, actor, asked, REFUSED, answer, now)


def withdraw_reversal(session: Session, actor: Actor, reversal_id: UUID, *, answer: str, now: datetime) -> Reversal:
    """Whoever asked thinks otherwise. Raises BookkeeperNeeded, ReversalNotFound, ReversalDecided, NotYourRequest."""
    asked = _waiting(session, actor, reversal_id)
    if asked.asked_by != actor.user_id:
        raise NotYourRequest
    return _leave(session, actor, asked, WITHDRAWN, answer, now)


def _leave(session: Session, actor: Actor, asked: Reversal, state: str, answer: str, now: datetime) -> Reversal:
    assert actor.user_id is not None
    _decide(asked, state, actor, now)
    asked.answer = " ".join(answer.split())[:REASON_LONGEST]
    session.flush()
    record_act(session, actor.user_id, f"reversal.{state}", asked.id, answer=asked.answer)
    tell_bookkeepers(session, "refused", asked, who=actor.user_id, words=asked.answer)
    return asked


def _waiting(session: Session, actor: Actor, reversal_id: UUID) -> Reversal:
    require_bookkeeper(actor)
    one_at_a_time(session)
    asked = lock_one(session, reversals_for(actor).where(Reversal.id == reversal_id), missing=ReversalNotFound)
    if asked.state != ASKED:
        raise ReversalDecided
    return asked


def _decide(asked: Reversal, state: str, actor: Actor, now: datetime) -> None:
    assert REVERSAL.leads(asked.state, state)
    asked.state, asked.decided_at, asked.decided_by = state, now, actor.user_id
