"""What the review says about paying later."""

from dataclasses import dataclass
from uuid import UUID

from app.checkout.rules.priced_cart import PricedCart
from app.config.days import market_today
from app.credit.queries import credit_with, has_terms
from app.credit.rules import Credit
from app.db.session import reading
from app.money.amounts import Money, usd


@dataclass(frozen=True)
class PayLater:
    """`credit` of the one seller; None where the cart as it is cannot be paid later although a seller grants terms."""

    credit: Credit | None
    total: Money

    @property
    def is_offered(self) -> bool:
        return self.credit is not None and self.credit.covers(self.total.minor)

    @property
    def left(self) -> Money:
        return usd(self.credit.left_cents if self.credit else 0)


def pay_later_of(company_id: UUID, cart: PricedCart) -> PayLater | None:
    """None where no seller of the cart grants this company anything."""
    orders = cart.orders()
    ids = [order.organization_id for order in orders]
    with reading() as session:
        if len(orders) > 1 or any(order.market_voucher_code for order in orders):
            return PayLater(None, cart.total_usd) if has_terms(session, company_id, ids) else None
        today = market_today()
        credit = credit_with(session, company_id=company_id, organization_id=ids[0], today=today)
    return PayLater(credit, cart.total_usd) if credit is not None and credit.is_active else None
