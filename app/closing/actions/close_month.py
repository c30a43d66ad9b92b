"""A month is closed for good: it takes nothing more, and its trial balance is kept with a hash."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.closing.actions.soft_close_month import cleaned, require_next
from app.closing.actions.tell_readers import tell_readers
from app.closing.errors import (
    BalancesDisagree,
    GateReasonNeeded,
    GatesOpen,
    MonthClosedAlready,
    MonthNotOver,
    MonthStillOpen,
)
from app.closing.queries import one_at_a_time, require_closer, results
from app.closing.rules import counts, stopping
from app.identity.actor import Actor
from app.ledger.months import CLOSED, OPEN, RUNNING, lock_books, month
from app.ledger.period_models import PeriodEvent, PeriodSnapshot


def close_month(session: Session, actor: Actor, period: str, *, reason: str = "") -> PeriodSnapshot:
    """PostgreSQL takes the snapshot in the transaction of the event, or refuses both.

    Raises CloserNeeded, NoSuchMonth, MonthNotOver, MonthStillOpen, MonthClosedAlready, MonthsBeforeOpen, GatesOpen,
    GateReasonNeeded, BalancesDisagree.
    """
    require_closer(actor)
    assert actor.user_id is not None
    one_at_a_time(session)
    asked = month(session, period)
    if asked.state == RUNNING:
        raise MonthNotOver(period=period, ends_at=asked.ends_at)
    if asked.state == OPEN:
        raise MonthStillOpen(period=period)
    if asked.state == CLOSED:
        raise MonthClosedAlready(period=period)
    require_next(session, asked, "closed_through")
    found, words = results(session, asked), cleaned(reason)
    if stopping(found):
        raise GatesOpen(period=period, count=len(stopping(found)))
    if counts(found) and not words:
        raise GateReasonNeeded(field="reason")
    lock_books(session)
    event = PeriodEvent(kind="closed", period=period, actor_id=actor.user_id, reason=words)
    session.add(event)
    try:
        session.flush()
    except IntegrityError as problem:
        raise BalancesDisagree(period=period) from problem
    kept = session.scalars(select(PeriodSnapshot).where(PeriodSnapshot.event_id == event.id)).one()
    record_act(
        session, actor.user_id, "month.close", event.id,
        period=period, version=kept.version, hash=kept.hash.hex(), open_gates=counts(found), reason=words,
    )  # fmt: skip
    tell_readers(session, "closed", event.id, period, who=actor.user_id, reason=words, hash_text=kept.hash.hex())
    return kept
