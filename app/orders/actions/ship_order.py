"""The seller hands the goods to a carrier, in one parcel or in several."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.events.bus import publish
from app.identity.actor import Actor
from app.orders.actions.lock_order import lock_order
from app.orders.actions.record_fact import record_fact
from app.orders.actions.release_part import make_part_due
from app.orders.actions.tell_people import tell_shipped
from app.orders.errors import CardIsDisputed, TrackingUsed
from app.orders.events import OrderShipped
from app.orders.left import to_ship
from app.orders.models import Fulfillment, FulfillmentLine, Order
from app.orders.queries import orders_sold_by, stories_of
from app.orders.rules.life import require_shippable
from app.orders.rules.milestones import Trigger
from app.orders.rules.parcels import chosen
from app.orders.rules.signed_exit import SignedExit, exit_signature
from app.orders.rules.status import FactKind, PaymentStatus
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
    counts: Mapping[UUID, int] | None = None,
    form_token: UUID | None = None,
    signed: SignedExit | None = None,
) -> Order:
    """Record that a parcel left, with `counts` of each line by its id: without them, with all that is left.

    The same form, or the same carrier and tracking number for the same goods, again changes nothing. A running
    cancellation on chain is answered with it; a seller with an own wallet signs that (`signed`). Raises OrderNotFound,
    NothingInEscrow, OrderNotShippable, AlreadyShipped, CardIsDisputed, TrackingUsed, NothingChosen, MoreThanIsLeft,
    SignatureNeeded.
    """
    order = lock_order(session, orders_sold_by(actor), order_id)
    if _is_known(order, carrier, tracking, counts, form_token):
        return order
    story = stories_of(session, [order])[order.id]
    if story.card_is_disputed:
        raise CardIsDisputed
    require_shippable(story.axes, may_ship=may_ship(session, order.id))
    packed = chosen(to_ship(order), counts)
    parcel = Fulfillment(carrier=carrier, tracking=tracking, shipped_at=now, form_token=form_token)
    _pack(session, order, parcel, packed)
    kind = FactKind.SHIPPED if _is_all_gone(order) else FactKind.PARTLY_SHIPPED
    key = kind.value if kind is FactKind.SHIPPED else f"{kind}:{parcel.id}"
    record_fact(session, order, kind, key=key, at=now, actor_id=actor.user_id, carrier=carrier, tracking=tracking)
    is_in_escrow = story.axes.payment not in (PaymentStatus.ON_TERMS, PaymentStatus.SETTLED_OUTSIDE)
    if is_in_escrow and (kind is FactKind.SHIPPED or story.cancel_is_on_chain):
        note_leg_sent(session, order.id)
    if story.cancel_is_on_chain:
        mark_leg_shipped(
            session,
            order.id,
            key=f"shipped:{order.id}",
            **exit_signature(signed),
        )
    if kind is FactKind.SHIPPED:
        make_part_due(session, order, Trigger.SHIPPED, now=now)
    tell_shipped(session, order, parcel, is_rest=kind is FactKind.SHIPPED, due=story.due_on if story.is_owed else None)
    publish(session, OrderShipped(order.id, order.organization_id, now))
    return order


def _is_known(
    order: Order, carrier: str, tracking: str, counts: Mapping[UUID, int] | None, form_token: UUID | None
) -> bool:
    """Raises TrackingUsed when another parcel has this number already."""
    for parcel in order.fulfillments:
        if form_token is not None and parcel.form_token == form_token:
            return True
        is_named_so = (parcel.carrier, parcel.tracking) == (carrier, tracking)
        if not is_named_so or (not tracking and form_token is not None):
            continue
        if counts is not None and counts != {line.order_line_id: line.quantity for line in parcel.lines}:
            raise TrackingUsed(field="tracking")
        return True
    return False


def _pack(session: Session, order: Order, parcel: Fulfillment, packed: Mapping[UUID, int]) -> None:
    """The order is locked, so two who pack the last piece come one after the other; the table refuses what is too much."""
    parcel.lines = [FulfillmentLine(order_line_id=line_id, quantity=count) for line_id, count in packed.items()]
    for line in order.lines:
        line.shipped_count += packed.get(line.id, 0)
    order.fulfillments.append(parcel)
    session.flush()


def _is_all_gone(order: Order) -> bool:
    return all(line.shipped_count == line.quantity for line in order.lines)
