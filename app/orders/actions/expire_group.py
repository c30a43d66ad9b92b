"""The time to pay is over: stock goes back, the hosted card page is closed."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.actions.release_stock import release_reserved
from app.events.bus import publish
from app.jobs.queue import enqueue
from app.onramp.queries import card_payment_of
from app.orders.actions.lock_order import lock_group
from app.orders.actions.record_fact import record_fact
from app.orders.events import GroupExpired
from app.orders.models import Order, OrderGroup
from app.orders.queries import escrow_deadline
from app.orders.rules.status import FactKind
from app.settlement.queries import chain_time
from app.vouchers.actions.count_uses import give_back_uses


def expire_group(session: Session, order_group_id: UUID, now: datetime) -> bool:
    """Expire it if its time is over; False when it was paid, has time left, or the chain may still fund it.

    A card that is charged after this is handled as a late success; nothing here waits for Stripe.
    """
    group = lock_group(session, order_group_id)
    if group.state != "pending_payment" or group.hold_until > now or _may_still_be_funded(session, group):
        return False
    _expire(session, group, now)
    return True


def expire_now(session: Session, order_group_id: UUID, now: datetime) -> None:
    """Expire an unpaid card checkout before its time: its hosted page is closed."""
    group = lock_group(session, order_group_id)
    if group.state == "pending_payment" and group.authorized_at is None:
        _expire(session, group, now)


def expire_unpaid_of_shop(session: Session, organization_id: UUID, now: datetime) -> None:
    """Nobody pays a shop that was taken off the market. One that a wallet has signed already stays: its money is on the way."""
    waiting = (
        select(OrderGroup.id)
        .join(Order, Order.group_id == OrderGroup.id)
        .where(Order.organization_id == organization_id, OrderGroup.state == "pending_payment")
        .where(OrderGroup.authorized_at.is_(None))
        .order_by(OrderGroup.id)
    )
    for order_group_id in session.scalars(waiting).all():
        expire_now(session, order_group_id, now)


def expire_unpaid_of_cart(session: Session, cart_id: UUID, now: datetime, *, keep: UUID | None = None) -> None:
    """An unpaid checkout makes way for another one of the same cart, so that the cart cannot be paid twice.

    One that a wallet has signed already stays: its money is on the way.
    """
    waiting = select(OrderGroup.id).where(
        OrderGroup.cart_id == cart_id,
        OrderGroup.state == "pending_payment",
        OrderGroup.authorized_at.is_(None),
    )
    for order_group_id in session.scalars(waiting.order_by(OrderGroup.id)).all():
        if order_group_id == keep:
            continue
        group = lock_group(session, order_group_id)
        if group.state == "pending_payment" and group.authorized_at is None:
            _expire(session, group, now)


def _may_still_be_funded(session: Session, group: OrderGroup) -> bool:
    """A signature the buyer gave is good until `fund_by` on the chain's clock, not on ours."""
    if group.authorized_at is None:
        return False
    deadline = escrow_deadline(session, group.id)
    head = chain_time(session)
    return head is None or (deadline is not None and head <= deadline)


def _expire(session: Session, group: OrderGroup, now: datetime) -> None:
    group.state = "expired"
    release_reserved(session, group.id)
    if any(order.voucher_code or order.market_voucher_code for order in group.orders):
        give_back_uses(session, group.id)
    for order in group.orders:
        record_fact(session, order, FactKind.EXPIRED, at=now)
    payment = card_payment_of(session, group.id)
    if payment is not None:
        enqueue(session, "onramp.expire_payment", payment_id=str(payment.id))
    publish(session, GroupExpired(group.id, group.cart_id))
