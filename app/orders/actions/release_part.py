"""A part of an order's money becomes due, and leaves escrow."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.money.amounts import UNITS_PER_CENT, usd
from app.orders.actions.lock_order import lock_order
from app.orders.actions.record_fact import record_fact
from app.orders.actions.tell_people import tell_part_due
from app.orders.errors import NothingInEscrow, PartNotDue, PaymentTakenBack
from app.orders.models import Order, OrderPart
from app.orders.queries import Viewer, orders_bought_by, refundable_cents, stories_of
from app.orders.rules.milestones import Trigger
from app.orders.rules.purchase import CARD
from app.orders.rules.signed_exit import SignedExit, exit_signature
from app.orders.rules.status import FactKind, SettlementStatus
from app.settlement.actions.exit_leg import release_leg


def make_part_due(session: Session, order: Order, trigger: Trigger, *, now: datetime) -> None:
    """What was agreed has come about for the locked order: its part is due. Twice is once; no such part is nothing.

    A card buyer has agreed to the parts before paying, so the market's buyer agent releases it; a buyer with an own
    wallet is asked to sign. In a dispute, or when the card's bank has taken the payment back, nothing becomes due.
    """
    part = _part(session, order.id, trigger)
    if part is None:
        return
    story = stories_of(session, [order])[order.id]
    if story.axes.settlement is not SettlementStatus.IN_ESCROW or story.card_is_disputed or not story.may_report:
        return
    key = f"part_due:{part.position}"
    if not record_fact(session, order, FactKind.PART_DUE, key=key, at=now, position=part.position, cents=part.cents):
        return
    if order.group.payment_method == CARD:
        _release(session, order, part, None)
    else:
        tell_part_due(session, order, part.position, usd(part.cents))


def release_part(
    session: Session, viewer: Viewer, order_id: UUID, position: int, *, signed: SignedExit | None
) -> Order:
    """The buyer's own wallet releases a part that is due. Twice is once.

    Raises OrderNotFound, PartNotDue, PaymentTakenBack, NothingInEscrow, SignatureNeeded, SignatureRejected.
    """
    order = lock_order(session, orders_bought_by(viewer), order_id)
    part = session.get(OrderPart, (order.id, position))
    story = stories_of(session, [order])[order.id]
    is_due = any(f.kind is FactKind.PART_DUE and f.details["position"] == position for f in story.facts)
    if part is None or not is_due:
        raise PartNotDue
    if story.card_is_disputed:
        raise PaymentTakenBack
    if story.axes.settlement is not SettlementStatus.IN_ESCROW:
        raise NothingInEscrow
    _release(session, order, part, signed)
    return order


def due_cents(session: Session, order: Order, position: int) -> int:
    """What a part is worth just now: as agreed, or what refunds have left of it. Raises PartNotDue for none."""
    part = session.get(OrderPart, (order.id, position))
    if part is None:
        raise PartNotDue
    return min(part.cents, refundable_cents(session, order.id, stories_of(session, [order])[order.id].leg))


def _release(session: Session, order: Order, part: OrderPart, signed: SignedExit | None) -> None:
    cents = due_cents(session, order, part.position)
    if cents:
        key = f"part:{order.id}:{part.position}"
        release_leg(session, order.id, key=key, units=cents * UNITS_PER_CENT, **exit_signature(signed))


def _part(session: Session, order_id: UUID, trigger: Trigger) -> OrderPart | None:
    """Acceptance releases whatever is left, so its part is never released by itself."""
    if trigger is Trigger.RECEIVED:
        return None
    wanted = select(OrderPart).where(OrderPart.order_id == order_id, OrderPart.trigger == trigger.value)
    return session.scalars(wanted).one_or_none()
