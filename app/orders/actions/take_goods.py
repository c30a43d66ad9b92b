"""What a checkout holds becomes a sale: when it is paid, or when it is ordered on terms."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalog.actions.return_stock import return_to_stock
from app.catalog.actions.sell_stock import sell_reserved
from app.orders.actions.expire_group import expire_unpaid_of_cart
from app.orders.actions.limit_samples import may_have_samples
from app.orders.models import OrderGroup
from app.quotes.actions.order_deal import claim_hold, finish_deal
from app.vouchers.actions.count_uses import keep_uses, retake_uses


def take_goods(session: Session, group: OrderGroup, at: datetime) -> bool:
    """Sell what was held; after the hold, what an unpaid later checkout of the same cart holds makes way first.

    A voucher of a checkout whose time was over is taken again with the goods; where others have used it up since, the
    price the buyer paid no longer stands and the goods go back. Of samples, the buyer may have had others since.
    """
    if group.cart_id is not None:
        expire_unpaid_of_cart(session, group.cart_id, at, keep=group.id)
    if group.deal_id is not None:
        return _take_agreed(session, group, group.deal_id, at)
    if group.state == "expired" and not may_have_samples(session, group):
        return False
    if not sell_reserved(session, group.id):
        return False
    if not has_vouchers(group):
        return True
    if group.state == "expired" and not retake_uses(session, group.id):
        for order in group.orders:
            return_to_stock(session, order.id)
        return False
    keep_uses(session, group.id)
    return True


def has_vouchers(group: OrderGroup) -> bool:
    return any(order.voucher_code or order.market_voucher_code for order in group.orders)


def _take_agreed(session: Session, group: OrderGroup, deal_id: UUID, at: datetime) -> bool:
    """What is held for a deal; no voucher lowers what was agreed on."""
    has_goods = claim_hold(session, deal_id, group.id, at) and sell_reserved(session, group.id)
    if has_goods:
        finish_deal(session, deal_id, at)
    return has_goods
