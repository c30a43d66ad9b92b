"""A payment counts: by a card that was charged, or by a wallet whose deposit is in a block."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session

from app.events.bus import publish
from app.identity.models import Organization
from app.onramp.actions.refund_card import refund_card
from app.orders.actions.grant_vouchers import grant_vouchers
from app.orders.actions.lock_order import lock_group, stand_in_line
from app.orders.actions.pay_owed import pay_owed
from app.orders.actions.pay_owed_by_wallet import note_paid_by_wallet, sign_owed
from app.orders.actions.record_fact import record_fact
from app.orders.actions.take_goods import has_vouchers, take_goods
from app.orders.actions.tell_people import tell_late_payment, tell_paid
from app.orders.actions.tell_terms import tell_charged_after_end
from app.orders.errors import GroupExpired, NothingOwed
from app.orders.events import GroupPaid
from app.orders.models import Order, OrderGroup
from app.orders.queries import escrow_deadline
from app.orders.rules.purchase import WALLET
from app.orders.rules.status import FactKind
from app.orders.rules.story import SOLD_OUT
from app.settlement.actions.fund_escrow import fund_by_card, fund_by_wallet
from app.vouchers.actions.count_uses import keep_uses


def pay_by_card(session: Session, order_group_id: UUID, *, cents: int, card: str, at: datetime) -> None:
    """The card was charged. In time, or late with the goods still there: paid. Otherwise all of it goes back at once.

    Money paid for a cart that was bought by another checkout meanwhile goes back too: nobody buys twice by accident. So
    does what is paid for an order on terms that was ended meanwhile.
    """
    group = _next_in_line(session, order_group_id)
    if group.state == "paid":
        return
    if group.state == "on_terms":
        pay_owed(session, group, card=card, at=at)
        return
    if group.state == "ended":
        _give_back(session, group, cents)
        tell_charged_after_end(session, group)
        return
    has_to_go_back = _was_bought_otherwise(session, group) or _is_off_the_market(session, group)
    if has_to_go_back or not take_goods(session, group, at):
        _give_back(session, group, cents)
        tell_late_payment(session, group)
        return
    _mark_group_paid(session, group, at=at, card=card)
    grant_vouchers(session, group, at=at)
    fund_by_card(session, group.id)


def sign_by_wallet(
    session: Session, order_group_id: UUID, *, valid_after: int, valid_before: int, signature: bytes, now: datetime
) -> None:
    """Accept the buyer's signature and keep the goods until the chain has answered.

    Raises GroupExpired, for an order on terms SigningTimeOver, NothingOwed; SignatureRejected from settlement.
    """
    group = _next_in_line(session, order_group_id)
    if group.state == "on_terms":
        sign_owed(session, group, valid_after=valid_after, valid_before=valid_before, signature=signature, now=now)
        return
    if group.state == "ended":
        raise NothingOwed
    if group.state == "paid" or group.authorized_at is not None:
        return
    if group.state == "expired" or group.hold_until <= now:
        raise GroupExpired
    fund_by_wallet(session, group.id, valid_after=valid_after, valid_before=valid_before, signature=signature)
    if has_vouchers(group):
        keep_uses(session, group.id)
    group.authorized_at = now
    group.hold_until = escrow_deadline(session, group.id) or group.hold_until


def pay_by_wallet(session: Session, order_group_id: UUID, *, at: datetime) -> None:
    """The deposit stands in a block. What came after the hold, for goods that are gone, goes back once it is final."""
    group = _next_in_line(session, order_group_id)
    if group.state == "on_terms":
        note_paid_by_wallet(session, group, at=at)
        return
    if group.state == "paid" or group.payment_method != WALLET:
        return
    has_goods = take_goods(session, group, at)
    _mark_group_paid(session, group, at=at, card="")
    if not has_goods:
        for order in group.orders:
            record_fact(session, order, FactKind.CANCEL_ASKED, at=at, reason=SOLD_OUT)


def _give_back(session: Session, group: OrderGroup, cents: int) -> None:
    key = f"late:{group.id}"
    refund_card(session, order_group_id=group.id, order_id=None, cents=cents, key=key, reason="late_payment")


def _next_in_line(session: Session, order_group_id: UUID) -> OrderGroup:
    cart_id = session.scalar(select(OrderGroup.cart_id).where(OrderGroup.id == order_group_id))
    if cart_id is not None:
        stand_in_line(session, cart_id)
    return lock_group(session, order_group_id)


def _is_off_the_market(session: Session, group: OrderGroup) -> bool:
    """A shop of a checkout that was closed before it was paid is suspended now."""
    if group.state != "expired":
        return False
    shops = (
        select(Organization.id)
        .join(Order, Order.organization_id == Organization.id)
        .where(Order.group_id == group.id, Organization.status == "suspended")
    )
    return bool(session.scalar(select(shops.exists())))


def _was_bought_otherwise(session: Session, group: OrderGroup) -> bool:
    other = select(OrderGroup.id).where(
        OrderGroup.cart_id == group.cart_id,
        OrderGroup.id != group.id,
        or_(
            and_(OrderGroup.state == "paid", OrderGroup.paid_at >= group.placed_at),
            and_(OrderGroup.state == "on_terms", OrderGroup.placed_at >= group.placed_at),
        ),
    )
    return group.state == "expired" and bool(session.scalar(select(exists(other))))


def _mark_group_paid(session: Session, group: OrderGroup, *, at: datetime, card: str) -> None:
    group.state = "paid"
    group.paid_at = at
    for order in group.orders:
        record_fact(session, order, FactKind.PAID, at=at, cents=order.due_cents, card=card)
    tell_paid(session, group)
    publish(session, GroupPaid(group.id, group.cart_id, at))
