"""What of an order had not left will not come: its money goes back, and the order goes on with what did leave."""

from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.identity.rules.roles import SELLING
from app.orders.actions.follow_parcel import deliver_if_all_arrived
from app.orders.actions.lock_order import lock_order
from app.orders.actions.record_fact import record_fact
from app.orders.actions.refund_order import plan_refund
from app.orders.actions.release_part import make_part_due
from app.orders.errors import NothingIsMissing
from app.orders.left import to_ship
from app.orders.models import Order
from app.orders.queries import orders_sold_by, refundable_cents, stories_of
from app.orders.rules.mails import REST
from app.orders.rules.milestones import Trigger
from app.orders.rules.parcels import worth
from app.orders.rules.signed_exit import SignedExit
from app.orders.rules.status import FactKind, FulfillmentStatus
from app.settlement.actions.exit_leg import note_leg_sent


def give_up_rest(
    session: Session, actor: Actor, order_id: UUID, *, now: datetime, signed: SignedExit | None = None
) -> Order:
    """The seller says that the rest is not coming. Twice is once.

    Raises OrderNotFound, NothingIsMissing (nothing or all has left), NothingInEscrow, CardIsDisputed, AllOrNothing,
    SignatureNeeded for a seller with an own wallet.
    """
    order = lock_order(session, orders_sold_by(actor, SELLING), order_id)
    story = stories_of(session, [order])[order.id]
    if story.happened(FactKind.REST_CANCELED):
        return order
    if order.fulfillment_status != FulfillmentStatus.PARTIAL:
        raise NothingIsMissing
    refund_rest(session, order, now=now, actor_id=actor.user_id, signed=signed)
    return order


def missing_cents(session: Session, order: Order) -> int:
    """What the goods that have not left cost, as far as it is still held; shipping is not part of it."""
    story = stories_of(session, [order])[order.id]
    return min(missing_worth(order), refundable_cents(session, order.id, story.leg))


def missing_worth(order: Order) -> int:
    """What the goods that have not left cost, in cents."""
    left = to_ship(order)
    return worth(left, {line.id: line.left for line in left})


def refund_rest(
    session: Session, order: Order, *, now: datetime, actor_id: UUID | None, signed: SignedExit | None = None
) -> None:
    """Of the locked, partly sent order. The goods do not go back on the stall by themselves: most often they are gone."""
    cents = missing_cents(session, order)
    if cents:
        plan_refund(
            session,
            order,
            cents=cents,
            reason=REST,
            form_token=uuid5(order.id, "rest"),
            actor_id=actor_id,
            now=now,
            signed=signed,
        )
    record_fact(session, order, FactKind.REST_CANCELED, at=now, actor_id=actor_id, cents=cents)
    note_leg_sent(session, order.id)
    make_part_due(session, order, Trigger.SHIPPED, now=now)
    deliver_if_all_arrived(session, order, now=now, actor_id=actor_id)
