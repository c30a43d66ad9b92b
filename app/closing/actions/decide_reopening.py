"""Another person agrees that a month is opened again, or refuses; who asked may withdraw it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.closing.actions.soft_close_month import cleaned
from app.closing.actions.tell_readers import tell_readers
from app.closing.errors import (
    AskerHasLeft,
    MonthIsOpen,
    NotTheAsker,
    ReopeningDecided,
    ReopeningNotFound,
    SecondPersonNeeded,
)
from app.closing.models import Reopening
from app.closing.queries import one_at_a_time, reopenings_for, require_closer
from app.closing.rules import AGREED, ASKED, CLOSERS, LAPSED, REFUSED, REOPENING, WITHDRAWN
from app.db.locks import lock_one
from app.identity.actor import Actor, market_role
from app.identity.queries import actor_of
from app.ledger.months import CLOSED, SOFT_CLOSED, month
from app.ledger.period_models import PeriodEvent


def agree_to_reopening(session: Session, actor: Actor, reopening_id: UUID, *, now: datetime) -> Reopening:
    """The month and every one after it is open from now on; requests for these lapse.

    Raises CloserNeeded, ReopeningNotFound, ReopeningDecided, SecondPersonNeeded, AskerHasLeft, MonthIsOpen.
    """
    asked = _waiting(session, actor, reopening_id)
    if asked.asked_by == actor.user_id:
        raise SecondPersonNeeded
    if not market_role(actor_of(session, asked.asked_by), *CLOSERS):
        raise AskerHasLeft
    if month(session, asked.period).state not in (SOFT_CLOSED, CLOSED):
        raise MonthIsOpen(period=asked.period)
    event = PeriodEvent(
        kind="reopened",
        period=asked.period,
        actor_id=asked.asked_by,
        second_actor_id=actor.user_id,
        reason=asked.reason,
    )
    session.add(event)
    session.flush()
    _decide(asked, AGREED, actor, now)
    asked.event_id = event.id
    later = select(Reopening).where(Reopening.state == ASKED, Reopening.period > asked.period).with_for_update()
    for other in session.scalars(later):
        _decide(other, LAPSED, None, now)
    session.flush()
    record_act(session, actor.user_id, "reopening.agree", asked.id, period=asked.period, reason=asked.reason)
    tell_readers(
        session, "reopened", event.id, asked.period, who=asked.asked_by, second=actor.user_id, reason=asked.reason
    )
    return asked


def refuse_reopening(session: Session, actor: Actor, reopening_id: UUID, *, answer: str, now: datetime) -> Reopening:
    """The month stays closed. Raises CloserNeeded, ReopeningNotFound, ReopeningDecided, SecondPersonNeeded."""
    asked = _waiting(session, actor, reopening_id)
    if asked.asked_by == actor.user_id:
        raise SecondPersonNeeded
    return _leave_closed(session, actor, asked, REFUSED, answer, now)


def withdraw_reopening(session: Session, actor: Actor, reopening_id: UUID, *, answer: str, now: datetime) -> Reopening:
    """Whoever asked thinks otherwise. Raises CloserNeeded, ReopeningNotFound, ReopeningDecided, NotTheAsker."""
    asked = _waiting(session, actor, reopening_id)
    if asked.asked_by != actor.user_id:
        raise NotTheAsker
    return _leave_closed(session, actor, asked, WITHDRAWN, answer, now)


def _leave_closed(
    session: Session, actor: Actor, asked: Reopening, state: str, answer: str, now: datetime
) -> Reopening:
    assert actor.user_id is not None
    _decide(asked, state, actor, now)
    asked.answer = cleaned(answer)
    session.flush()
    record_act(session, actor.user_id, f"reopening.{state}", asked.id, period=asked.period, answer=asked.answer)
    tell_readers(session, "refused", asked.id, asked.period, who=actor.user_id, reason=asked.answer)
    return asked


def _waiting(session: Session, actor: Actor, reopening_id: UUID) -> Reopening:
    require_closer(actor)
    one_at_a_time(session)
    query = reopenings_for(actor).where(Reopening.id == reopening_id)
    asked = lock_one(session, query, missing=ReopeningNotFound)
    if asked.state != ASKED:
        raise ReopeningDecided
    return asked


def _decide(asked: Reopening, state: str, actor: Actor | None, now: datetime) -> None:
    assert REOPENING.leads(asked.state, state)
    asked.state, asked.decided_at, asked.decided_by = state, now, actor.user_id if actor else None
