"""A day is near or over and nobody has said a word: people are told, once, what happens next."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.orders.actions.lock_order import lock_order
from app.orders.actions.record_fact import record_fact
from app.orders.actions.tell_people import tell_arrival_asked, tell_late
from app.orders.models import Order
from app.orders.queries import stories_of
from app.orders.rules.status import FactKind, FulfillmentStatus


def remind_late(session: Session, order_id: UUID, *, now: datetime) -> None:
    """Tell buyer and seller once; nothing when it has left, or the money is spoken for, meanwhile."""
    order = lock_order(session, select(Order), order_id)
    story = stories_of(session, [order])[order.id]
    is_missing = story.axes.fulfillment in (FulfillmentStatus.UNFULFILLED, FulfillmentStatus.PARTIAL)
    if not story.may_report or not is_missing:
        return
    if record_fact(session, order, FactKind.LATE, at=now):
        tell_late(session, order, back_at=story.given_back_at)


def ask_if_arrived(session: Session, order_id: UUID, *, now: datetime) -> None:
    """Ask the buyer once before silence pays the seller; nothing when the money is spoken for meanwhile."""
    order = lock_order(session, select(Order), order_id)
    story = stories_of(session, [order])[order.id]
    if story.running_return or not story.may_report:
        return
    if record_fact(session, order, FactKind.ARRIVAL_ASKED, at=now):
        tell_arrival_asked(session, order)
