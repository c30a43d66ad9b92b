"""What checkout hands over to be ordered, and the market's own terms for it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from app.config.settings import Settings
from app.fx.rules import DatedRate
from app.orders.rules.pricing import PricedOrder
from app.vouchers.rules.terms import VoucherUse

CARD, WALLET = "card", "wallet"
TERMS = "terms"
"""Ordered now, paid later by card: the seller has granted it."""
MAX_CENTS = 99_999_999  # what one charge can be: eight digits (Stripe, "Supported currencies")
LEAST_CARD_CENTS = 50  # the same page, "Minimum and maximum charge amounts", US dollars
MAX_QUANTITY = 1_000_000


@dataclass(frozen=True)
class Contact:
    email: str
    name: str
    phone: str
    locale: str


@dataclass(frozen=True)
class CompanyBuyer:
    """The company that buys, as it is printed on its orders for good."""

    id: UUID
    name: str
    tax_number: str = ""
    po_number: str = ""

    def printed(self) -> dict[str, str]:
        said = {"name": self.name, "tax_number": self.tax_number, "po_number": self.po_number}
        return {part: text for part, text in said.items() if text}


@dataclass(frozen=True)
class Due:
    """Within how many days, and so until which day, an order on terms is to be paid."""

    days: int
    on: date


@dataclass(frozen=True)
class Purchase:
    """One act of buying. `content_hash` is of what the buyer sent and saw; `buyer_address` only for wallets.

    `due`: when the company has to pay what it orders without paying now.

    `shown_at`: the rate at which the buyer read the dollars that are owed, None who read dollars.
    """

    form_token: UUID
    content_hash: bytes
    contact: Contact
    address: Mapping[str, str]
    paid_by: str
    orders: Sequence[PricedOrder]
    buyer_id: UUID | None = None
    buyer_address: bytes | None = None
    cart_id: UUID | None = None
    company: CompanyBuyer | None = None
    vouchers: Sequence[VoucherUse] = ()
    voucher_buyer: bytes | None = None
    deal_id: UUID | None = None
    shown_at: DatedRate | None = None
    due: Due | None = None

    @property
    def total_cents(self) -> int:
        """What the buyer pays."""
        return sum(order.due_usd.minor for order in self.orders)


@dataclass(frozen=True)
class OrderPolicy:
    """`hold`: how long stock waits for payment; `fund_within`: time after the hold in which escrow may be funded."""

    commission_bps: int
    protection_days: int
    day: timedelta
    hold: timedelta
    number_key: bytes
    fund_within: Mapping[str, timedelta]


def order_policy(settings: Settings) -> OrderPolicy:
    """A card payment may be noticed hours late and still be funded; a wallet's signature is used at once or not at all."""
    return OrderPolicy(
        commission_bps=settings.commission_bps,
        protection_days=settings.protection_days,
        day=timedelta(seconds=settings.deadline_unit_seconds),
        hold=timedelta(minutes=settings.stock_hold_minutes),
        number_key=hashlib.sha256(b"order numbers:" + settings.secret_key.encode()).digest(),
        fund_within={CARD: timedelta(hours=24), WALLET: timedelta(minutes=15)},
    )
