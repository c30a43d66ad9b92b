"""An order on terms ends without having been paid: canceled before it left, or settled outside the market."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.actions.return_stock import return_to_stock
from app.jobs.queue import enqueue
from app.onramp.queries import card_payment_of
from app.orders.actions.pay_owed_by_wallet import require_no_wallet_terms
from app.orders.actions.record_fact import record_fact
from app.orders.actions.tell_terms import tell_canceled_unpaid, tell_settled_outside
from app.orders.errors import AlreadyShipped, NothingOwed
from app.orders.models import Order, OrderGroup
from app.orders.queries import stories_of
from app.orders.rules.status import FactKind, FulfillmentStatus
from app.vouchers.actions.count_uses import give_back_uses


def cancel_unpaid(session: Session, order: Order, *, actor_id: UUID | None, by_seller: bool, now: datetime) -> None:
    """The locked order has not left: its goods are on the stall again, and nobody owes anything. Twice is once.

    Raises NothingOwed, AlreadyShipped, PaymentUnderWay.
    """
    story = stories_of(session, [order])[order.id]
    if story.happened(FactKind.CANCELED):
        return
    if not story.is_owed:
        raise NothingOwed
    if story.axes.fulfillment is not FulfillmentStatus.UNFULFILLED:
        raise AlreadyShipped
    _end(session, order)
    by = "seller" if by_seller else "buyer"
    record_fact(session, order, FactKind.CANCELED, at=now, actor_id=actor_id, reason=f"unpaid, by the {by}")
    return_to_stock(session, order.id)
    if order.voucher_code:
        give_back_uses(session, order.group_id)
    tell_canceled_unpaid(session, order, by_seller=by_seller)


def settle_outside(session: Session, order: Order, *, actor_id: UUID | None, reason: str, now: datetime) -> None:
    """The seller says that nothing is owed for the locked order any more. Twice is once. Raises NothingOwed,
    PaymentUnderWay.

    The market never held this money: no journal is written and no commission taken.
    """
    story = stories_of(session, [order])[order.id]
    if story.happened(FactKind.SETTLED_OUTSIDE):
        return
    if not story.is_owed:
        raise NothingOwed
    _end(session, order)
    record_fact(session, order, FactKind.SETTLED_OUTSIDE, at=now, actor_id=actor_id, reason=reason)
    tell_settled_outside(session, order, reason)


def _end(session: Session, order: Order) -> None:
    """A card page that stands open is closed; a card charged on it nevertheless gets its money back.

    Raises PaymentUnderWay while a wallet may still pay it: what came then, nobody could give back alone.
    """
    require_no_wallet_terms(session, order.group_id)
    group = session.scalars(select(OrderGroup).where(OrderGroup.id == order.group_id)).one()
    group.state = "ended"
    payment = card_payment_of(session, group.id)
    if payment is not None and payment.state == "open":
        enqueue(session, "onramp.expire_payment", payment_id=str(payment.id))
