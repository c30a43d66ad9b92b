"""The market's part of an order that was bought with its voucher: booked when it is paid, taken back with a refund."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.ledger.actions.post_journal import post_journal, post_journals
from app.ledger.recipes import market_voucher_granted, market_voucher_returned
from app.orders.models import Order, OrderGroup
from app.orders.rules.vouchers import market_part


def grant_vouchers(session: Session, group: OrderGroup, *, at: datetime) -> None:
    """The card has paid what the buyer owes; what the market owes on top is booked, order by order."""
    entries = [
        market_voucher_granted(
            order_id=order.id, organization_id=order.organization_id, cents=order.market_cents, at=at
        )
        for order in group.orders
        if order.market_cents
    ]
    post_journals(session, entries)


def take_voucher_back(session: Session, order: Order, *, before: int, cents: int, part: str, at: datetime) -> int:
    """After `before` cents, `cents` more of the order went back. Gives how many of them are the buyer's.

    The rest is the market's own and booked so, once per `part`.
    """
    markets = market_part(order.total_cents, order.market_cents, before=before, cents=cents)
    if markets:
        post_journal(
            session,
            market_voucher_returned(
                order_id=order.id, organization_id=order.organization_id, part=part, cents=markets, at=at
            ),
        )
    return cents - markets
