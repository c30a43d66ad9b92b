"""The seller hands the goods to a carrier, and says when they arrived."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.events.bus import publish
from app.identity.actor import Actor
from app.orders.actions.lock_order import lock_order
from app.orders.actions.record_fact import record_fact
from app.orders.actions.release_part import make_part_due
from app.orders.actions.tell_people import tell_delivered, tell_shipped
from app.orders.errors import CardIsDisputed, OrderNotShipped
from app.orders.events import OrderShipped
from app.orders.models import Fulfillment, Order
from app.orders.queries import orders_sold_by, stories_of
from app.orders.rules.life import require_shippable
from app.orders.rules.milestones import Trigger
from app.orders.rules.signed_exit import SignedExit, exit_signature
from app.orders.rules.status import FactKind, FulfillmentStatus
from app.settlement.actions.exit_leg import mark_leg_shipped, note_leg_sent
from app.settlement.queries import may_ship


def ship_order(
    session: Session,
    actor: Actor,
    order_id: UUID,
    *,
    carrier: str,
    tracking: str,
    now: datetime,
    signed: SignedExit | None = None,
) -> Order:
    """Record that the parcel left. The same carrier and tracking number again changes nothing.

    A running cancellation on chain is answered with it; a seller with an own wallet signs that (`signed`). Raises
    OrderNotFound, NothingInEscrow, OrderNotShippable, AlreadyShipped, CardIsDisputed, SignatureNeeded.
    """
    order = lock_order(session, orders_sold_by(actor), order_id)
    if any((parcel.carrier, parcel.tracking) == (carrier, tracking) for parcel in order.fulfillments):
        return order
    story = stories_of(session, [order])[order.id]
    if story.card_is_disputed:
        raise CardIsDisputed
    require_shippable(story.axes, may_ship=may_ship(session, order.id))
    order.fulfillments.append(Fulfillment(carrier=carrier, tracking=tracking, shipped_at=now))
    record_fact(session, order, FactKind.SHIPPED, at=now, actor_id=actor.user_id, carrier=carrier, tracking=tracking)
    note_leg_sent(session, order.id)
    if story.cancel_is_on_chain:
        mark_leg_shipped(
            session,
            order.id,
            key=f"shipped:{order.id}",
            **exit_signature(signed),
        )
    make_part_due(session, order, Trigger.SHIPPED, now=now)
    tell_shipped(session, order, carrier=carrier, tracking=tracking)
    publish(session, OrderShipped(order.id, order.organization_id, now))
    return order


def correct_tracking(session: Session, actor: Actor, order_id: UUID, *, carrier: str, tracking: str) -> Order:
    """Mend a mistyped tracking number. Raises OrderNotFound, OrderNotShipped."""
    order = lock_order(session, orders_sold_by(actor), order_id)
    if not order.fulfillments:
        raise OrderNotShipped
    parcel = order.fulfillments[-1]
    parcel.carrier, parcel.tracking = carrier, tracking
    record_fact(
        session,
        order,
        FactKind.SHIPPED,
        key=f"shipped:{carrier}:{tracking}",
        actor_id=actor.user_id,
        carrier=carrier,
        tracking=tracking,
    )
    return order


def mark_delivered(session: Session, actor: Actor, order_id: UUID, *, now: datetime) -> Order:
    """The carrier says it arrived. Twice is once. Raises OrderNotFound, OrderNotShipped."""
    order = lock_order(session, orders_sold_by(actor), order_id)
    if order.fulfillment_status == FulfillmentStatus.DELIVERED:
        return order
    if not order.fulfillments:
        raise OrderNotShipped
    order.fulfillments[-1].delivered_at = now
    record_fact(session, order, FactKind.DELIVERED, at=now, actor_id=actor.user_id)
    tell_delivered(session, order)
    return order
