"""What the seller says of a parcel after it left: its right tracking number, and that it arrived."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.orders.actions.lock_order import lock_order
from app.orders.actions.record_fact import record_fact
from app.orders.actions.tell_people import tell_delivered
from app.orders.errors import NoSuchParcel, OrderNotShipped
from app.orders.models import Fulfillment, Order
from app.orders.queries import orders_sold_by, stories_of
from app.orders.rules.status import FactKind, FulfillmentStatus


def correct_tracking(
    session: Session, actor: Actor, order_id: UUID, *, carrier: str, tracking: str, parcel_id: UUID | None = None
) -> Order:
    """Mend a mistyped tracking number; of the last parcel when none is named. Raises OrderNotFound, OrderNotShipped, NoSuchParcel."""
    order = lock_order(session, orders_sold_by(actor), order_id)
    parcel = _parcel(order, parcel_id)
    parcel.carrier, parcel.tracking = carrier, tracking
    is_all = order.fulfillment_status != FulfillmentStatus.PARTIAL
    kind = FactKind.SHIPPED if is_all else FactKind.PARTLY_SHIPPED
    record_fact(
        session,
        order,
        kind,
        key=f"shipped:{carrier}:{tracking}",
        actor_id=actor.user_id,
        carrier=carrier,
        tracking=tracking,
    )
    return order


def mark_delivered(
    session: Session, actor: Actor, order_id: UUID, *, now: datetime, parcel_id: UUID | None = None
) -> Order:
    """The carrier says that a parcel arrived; every parcel, when none is named. Twice is once.

    The order is delivered when nothing is missing and every parcel has arrived. Raises OrderNotFound, OrderNotShipped,
    NoSuchParcel.
    """
    order = lock_order(session, orders_sold_by(actor), order_id)
    if order.fulfillment_status == FulfillmentStatus.DELIVERED:
        return order
    arrived = [_parcel(order, parcel_id)] if parcel_id else [_parcel(order, None), *order.fulfillments]
    for parcel in arrived:
        if parcel.delivered_at is None:
            parcel.delivered_at = now
            key = f"{FactKind.PARCEL_DELIVERED}:{parcel.id}"
            record_fact(session, order, FactKind.PARCEL_DELIVERED, key=key, at=now, actor_id=actor.user_id)
    deliver_if_all_arrived(session, order, now=now, actor_id=actor.user_id)
    return order


def deliver_if_all_arrived(session: Session, order: Order, *, now: datetime, actor_id: UUID | None) -> None:
    """Of the locked order: nothing is missing any more and no parcel is on its way."""
    is_on_its_way = any(parcel.delivered_at is None for parcel in order.fulfillments)
    if order.fulfillment_status != FulfillmentStatus.FULFILLED or is_on_its_way:
        return
    if record_fact(session, order, FactKind.DELIVERED, at=now, actor_id=actor_id):
        story = stories_of(session, [order])[order.id]
        tell_delivered(session, order, due=story.due_on if story.is_owed else None)


def _parcel(order: Order, parcel_id: UUID | None) -> Fulfillment:
    if not order.fulfillments:
        raise OrderNotShipped
    found = [parcel for parcel in order.fulfillments if parcel_id in (None, parcel.id)]
    if not found:
        raise NoSuchParcel
    return found[-1]
