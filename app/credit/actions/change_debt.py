"""The seller gives more time, cancels what has not left, or says that it was settled outside the market."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.config.days import market_day
from app.credit.errors import ReasonMissing
from app.credit.rules import require_later
from app.identity.actor import Actor
from app.identity.rules.roles import SELLING
from app.orders.actions.end_unpaid import cancel_unpaid
from app.orders.actions.end_unpaid import settle_outside as end_outside
from app.orders.actions.lock_order import lock_group, lock_order
from app.orders.actions.record_fact import record_fact
from app.orders.actions.tell_terms import tell_due_moved
from app.orders.errors import NothingOwed
from app.orders.models import Order
from app.orders.queries import orders_sold_by, stories_of
from app.orders.rules.status import FactKind


def extend_due(session: Session, actor: Actor, order_id: UUID, *, due_on: date, now: datetime) -> None:
    """The same day again changes nothing. Raises OrderNotFound, NothingOwed, UnusableDueDay."""
    order = _locked(session, actor, order_id)
    story = stories_of(session, [order])[order.id]
    if not story.is_owed or story.due_on is None:
        raise NothingOwed
    if due_on == story.due_on:
        return
    require_later(due_on, now_due=story.due_on, today=market_day(now))
    key = f"due_moved:{due_on.isoformat()}"
    if record_fact(
        session, order, FactKind.DUE_MOVED, key=key, at=now, actor_id=actor.user_id, due_on=due_on.isoformat()
    ):
        tell_due_moved(session, order, due_on)


def settle_outside(session: Session, actor: Actor, order_id: UUID, *, reason: str, now: datetime) -> None:
    """Twice is once. Raises OrderNotFound, NothingOwed, ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing(field="reason")
    order = _locked(session, actor, order_id)
    end_outside(session, order, actor_id=actor.user_id, reason=reason.strip(), now=now)
    record_act(session, actor.user_id, "terms.settle_outside", order.id, reason=reason.strip())


def cancel_owed(session: Session, actor: Actor, order_id: UUID, *, now: datetime) -> None:
    """Twice is once. Raises OrderNotFound, NothingOwed, AlreadyShipped."""
    order = _locked(session, actor, order_id)
    cancel_unpaid(session, order, actor_id=actor.user_id, by_seller=True, now=now)


def _locked(session: Session, actor: Actor, order_id: UUID) -> Order:
    """Its group first, as a payment locks them: whichever comes first decides. Raises OrderNotFound."""
    mine = orders_sold_by(actor, SELLING)
    group_id = session.scalar(mine.where(Order.id == order_id).with_only_columns(Order.group_id))
    if group_id is not None:
        lock_group(session, group_id)
    return lock_order(session, mine, order_id)
