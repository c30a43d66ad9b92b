"""What an order costs: each line rounded on its own to the cent, every sum a sum of lines (DESIGN §9.1)."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.money.amounts import Money, Rate, usd
from app.quotes.rules.parts import AT_ONCE, PaymentParts
from app.tax.rules import ORDINARY

QUOTED = "quoted"
"""Kind of a way of sending that a seller named in a quote; `PricedShipping.rate_id` is then the deal's id."""


@dataclass(frozen=True)
class PricedLine:
    """`quantity` of one variant at today's price. `usd` is what the line costs in US cents.

    In one there are `pieces` of `piece_unit`, where it is a pack. Samples are counted in samples. `tax_class`: as of its listing.
    Of that a seller's voucher takes off `discount_*` (the seller gets less), and the market pays `market_cents` (the
    seller gets all, the buyer pays less).
    """

    variant_id: UUID
    listing_id: UUID
    sku: str
    titles: Mapping[str, str]
    variant_names: Mapping[str, str]
    unit: str
    quantity: int
    price: Money
    total: Money
    usd: Money
    discount_minor: int = 0
    discount_cents: int = 0
    market_cents: int = 0
    pieces: int | None = None
    piece_unit: str = ""
    is_sample: bool = False
    tax_class: str = ORDINARY

    @property
    def net(self) -> Money:
        """What the seller asks for it, in its own currency."""
        return Money(self.total.minor - self.discount_minor, self.total.currency)

    @property
    def net_usd(self) -> Money:
        return usd(self.usd.minor - self.discount_cents)


@dataclass(frozen=True)
class PricedShipping:
    """One method of a seller to the buyer's country, for the whole order; `in_person` is handed over at `place`."""

    rate_id: UUID
    method: str
    carrier: str
    days_min: int
    days_max: int
    price: Money
    usd: Money
    kind: str = "parcel"
    place: str = ""


@dataclass(frozen=True)
class PricedTax:
    """A tax inside the prices, for the eye and the invoice; it adds nothing to the total.

    `goods`: the class it is about. `owed_to`: the country the market itself owes it to; empty where the seller owes it.
    """

    name: str
    rate_bps: int
    base: Money
    tax: Money
    note: str
    goods: str = ORDINARY
    owed_to: str = ""


@dataclass(frozen=True)
class PricedOrder:
    """All a buyer takes from one seller, in the seller's currency and in US cents at a dated rate.

    `parts`: how the money leaves escrow, as both sides agreed.
    """

    organization_id: UUID
    handling_days: int
    lines: Sequence[PricedLine]
    shipping: PricedShipping
    taxes: Sequence[PricedTax]
    rate: Rate
    rate_as_of: date
    rate_source: str
    voucher_code: str | None = None
    market_voucher_code: str | None = None
    parts: PaymentParts = AT_ONCE

    @property
    def goods(self) -> Money:
        return sum((line.total for line in self.lines), Money(0, self.rate.currency))

    @property
    def goods_usd(self) -> Money:
        return sum((line.usd for line in self.lines), usd(0))

    @property
    def discount(self) -> Money:
        """What the seller's own voucher takes off."""
        return Money(sum(line.discount_minor for line in self.lines), self.rate.currency)

    @property
    def discount_usd(self) -> Money:
        return usd(sum(line.discount_cents for line in self.lines))

    @property
    def market_usd(self) -> Money:
        """What the market pays of it."""
        return usd(sum(line.market_cents for line in self.lines))

    @property
    def total(self) -> Money:
        return self.goods - self.discount + self.shipping.price

    @property
    def total_usd(self) -> Money:
        """What comes into escrow for it."""
        return self.goods_usd - self.discount_usd + self.shipping.usd

    @property
    def due_usd(self) -> Money:
        """What the buyer pays of it."""
        return self.total_usd - self.market_usd


def price_line(
    *,
    variant_id: UUID,
    listing_id: UUID,
    sku: str,
    titles: Mapping[str, str],
    variant_names: Mapping[str, str],
    unit: str,
    quantity: int,
    price: Money,
    rate: Rate,
    pieces: int | None = None,
    piece_unit: str = "",
    is_sample: bool = False,
    tax_class: str = ORDINARY,
) -> PricedLine:
    """The whole line is converted, never the single price: 1,000 pieces at 100 ៛ are not 1,000 roundings."""
    total = price * quantity
    return PricedLine(
        variant_id, listing_id, sku, titles, variant_names, unit, quantity, price, total, rate.to_usd(total),
        pieces=pieces, piece_unit=piece_unit, is_sample=is_sample, tax_class=tax_class,
    )  # fmt: skip


Seen = Mapping[str, int]


def seen_amounts(orders: Sequence[PricedOrder]) -> dict[str, int]:
    """What a buyer has before the eyes, as names and numbers that travel through a form and are compared on return."""
    amounts: dict[str, int] = {}
    for order in orders:
        amounts[f"shipping:{order.organization_id}"] = order.shipping.usd.minor
        for line in order.lines:
            amounts[f"quantity:{line.variant_id}"] = line.quantity
            amounts[f"line:{line.variant_id}"] = line.usd.minor
        for name, off in (("discount", order.discount_usd), ("market", order.market_usd)):
            if off:
                amounts[f"{name}:{order.organization_id}"] = off.minor
    amounts["total"] = sum(order.due_usd.minor for order in orders)
    return amounts


def changed_amounts(seen: Seen, live: Seen) -> list[str]:
    """The names whose amounts differ, gone and new ones included, in a fixed order."""
    return sorted(name for name in seen.keys() | live.keys() if seen.get(name) != live.get(name))


def content_hash(content: Mapping[str, Any]) -> bytes:
    """Tells whether a form sent twice says the same both times."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return hashlib.sha256(canonical.encode()).digest()
