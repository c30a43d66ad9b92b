"""A month is closed for entries: what comes late is booked in the next one, corrections by people still go into it."""

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.closing.actions.tell_readers import tell_readers
from app.closing.errors import GateReasonNeeded, MonthClosedAlready, MonthNotOver, MonthsBeforeOpen
from app.closing.queries import one_at_a_time, require_closer, results
from app.closing.rules import REASON_LONGEST, counts
from app.identity.actor import Actor
from app.ledger.months import OPEN, RUNNING, Month, month, next_to_close
from app.ledger.period_models import PeriodEvent


def soft_close_month(session: Session, actor: Actor, period: str, *, reason: str = "") -> PeriodEvent:
    """Whatever is not in order is kept with the closing, and why it was closed all the same.

    What is booked between the look at the gates and the closing is seen by the gates of closing for good.
    Raises CloserNeeded, NoSuchMonth, MonthNotOver, MonthClosedAlready, MonthsBeforeOpen, GateReasonNeeded.
    """
    require_closer(actor)
    assert actor.user_id is not None
    one_at_a_time(session)
    asked = month(session, period)
    if asked.state == RUNNING:
        raise MonthNotOver(period=period, ends_at=asked.ends_at)
    if asked.state != OPEN:
        raise MonthClosedAlready(period=period)
    require_next(session, asked, "soft_closed_through")
    open_gates, words = counts(results(session, asked)), cleaned(reason)
    if open_gates and not words:
        raise GateReasonNeeded(field="reason")
    event = PeriodEvent(kind="soft_closed", period=period, actor_id=actor.user_id, reason=words)
    session.add(event)
    session.flush()
    record_act(session, actor.user_id, "month.soft_close", event.id, period=period, open_gates=open_gates, reason=words)
    tell_readers(session, "soft_closed", event.id, period, who=actor.user_id, reason=words)
    return event


def require_next(session: Session, asked: Month, column: str) -> None:
    """Months are closed one after the other, once there is a first one. Raises MonthsBeforeOpen."""
    first = next_to_close(session, column)
    if first is not None and first < asked.period:
        raise MonthsBeforeOpen(first=first)


def cleaned(reason: str) -> str:
    return " ".join(reason.split())[:REASON_LONGEST]
