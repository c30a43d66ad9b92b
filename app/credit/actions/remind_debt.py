"""A day to pay is near or past: the buyer and the company's approvers are told, once for each stage."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.companies.queries import approvers
from app.credit.events import DebtIsDue
from app.credit.models import CreditGrant, Debt
from app.credit.rules import DebtState
from app.events.bus import publish
from app.orders.actions.lock_order import lock_order
from app.orders.actions.tell_terms import tell_reminder
from app.orders.models import Order
from app.orders.rules.terms_mails import Stage, stage_at


def remind_debt(session: Session, order_id: UUID, *, today: date) -> None:
    """Nothing when it was paid, ended or told meanwhile."""
    order = lock_order(session, select(Order), order_id)
    debt = session.get_one(Debt, order_id, with_for_update=True)
    stage = stage_at(debt.due_on, today)
    if debt.state != DebtState.UNPAID or stage <= debt.reminded or stage is Stage.NONE:
        return
    debt.reminded = stage.value
    company_id = _company(session, debt)
    tell_reminder(session, order, stage, also=approvers(session, company_id))
    if debt.due_on >= today:
        publish(session, DebtIsDue(order.id, order.organization_id, company_id, debt.due_on, is_overdue=False))


def note_overdue(session: Session, order_id: UUID, *, today: date) -> None:
    """Programs are told on the first day after the day to pay. Nothing when it was paid, ended or told meanwhile."""
    order = lock_order(session, select(Order), order_id)
    debt = session.get_one(Debt, order_id, with_for_update=True)
    if debt.state != DebtState.UNPAID or debt.due_on >= today or debt.overdue_told_on is not None:
        return
    debt.overdue_told_on = today
    publish(session, DebtIsDue(order.id, order.organization_id, _company(session, debt), debt.due_on, is_overdue=True))


def _company(session: Session, debt: Debt) -> UUID:
    return session.scalars(select(CreditGrant.company_id).where(CreditGrant.id == debt.grant_id)).one()
