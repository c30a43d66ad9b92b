"""Somebody asks to open a closed month again."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.closing.actions.soft_close_month import cleaned
from app.closing.actions.tell_readers import tell_readers
from app.closing.errors import MonthIsOpen, ReopeningAsked, ReopeningReasonNeeded
from app.closing.models import Reopening
from app.closing.queries import one_at_a_time, require_closer
from app.closing.rules import ASKED
from app.identity.actor import Actor
from app.ledger.months import CLOSED, SOFT_CLOSED, month


def ask_reopening(session: Session, actor: Actor, period: str, *, reason: str, form_token: UUID) -> Reopening:
    """Nothing is open before another person agrees; the same form again is the same request.

    Raises CloserNeeded, NoSuchMonth, ReopeningReasonNeeded, MonthIsOpen, ReopeningAsked.
    """
    require_closer(actor)
    assert actor.user_id is not None
    one_at_a_time(session)
    same = session.scalars(select(Reopening).where(Reopening.form_token == form_token)).one_or_none()
    if same is not None:
        return same
    words = cleaned(reason)
    if not words:
        raise ReopeningReasonNeeded(field="reason")
    if month(session, period).state not in (SOFT_CLOSED, CLOSED):
        raise MonthIsOpen(period=period)
    waiting = select(Reopening.id).where(Reopening.period == period, Reopening.state == ASKED)
    if session.scalar(waiting) is not None:
        raise ReopeningAsked(period=period)
    asked = Reopening(form_token=form_token, period=period, reason=words, asked_by=actor.user_id)
    session.add(asked)
    session.flush()
    record_act(session, actor.user_id, "reopening.ask", asked.id, period=period, reason=words)
    tell_readers(session, "asked", asked.id, period, who=actor.user_id, reason=words)
    return asked
