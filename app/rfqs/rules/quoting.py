"""What a seller quotes: a price for each line it can deliver, freight, terms. Whether it can be agreed on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.config.days import market_day
from app.money.amounts import Money, Rate, usd
from app.orders.rules.purchase import MAX_CENTS, MAX_QUANTITY
from app.quotes.rules.freight import Freight
from app.quotes.rules.parts import AT_ONCE, PaymentParts
from app.rfqs.errors import NothingQuoted, QuoteTooLarge, QuoteWorthless, UnusableDay, UnusableQuantity
from app.rfqs.rules.life import LONGEST_VALID_DAYS


@dataclass(frozen=True)
class QuotedLine:
    """So many of a variant for a line of the request. `minimum`: fewer are not sold at this price."""

    line_id: UUID
    variant_id: UUID
    quantity: int
    price_minor: int
    minimum: int = 1


@dataclass(frozen=True)
class QuoteTerms:
    """`note` is said to the buyer, `contract` becomes part of the order."""

    lines: Sequence[QuotedLine]
    freight: Freight
    valid_until: datetime
    parts: PaymentParts = AT_ONCE
    contract: str = ""
    note: str = ""


@dataclass(frozen=True)
class CounterLine:
    """What the buyer would pay for how many of a line."""

    line_id: UUID
    quantity: int
    price_minor: int


def total_of(lines: Sequence[tuple[int, int]], freight: Money) -> Money:
    """Goods, as (quantity, price of one in minor units), and freight."""
    return sum((Money(price, freight.currency) * quantity for quantity, price in lines), freight)


def usd_of(lines: Sequence[tuple[int, int]], freight: Money, rate: Rate) -> Money:
    """As checkout reckons it: each line and the freight to the cent on its own."""
    goods = [rate.to_usd(Money(price, freight.currency) * quantity) for quantity, price in lines]
    return sum(goods, rate.to_usd(freight))


def require_agreeable(terms: QuoteTerms, rate: Rate) -> None:
    """Raises NothingQuoted, UnusableQuantity, QuoteWorthless, QuoteTooLarge."""
    if not terms.lines:
        raise NothingQuoted
    for line in terms.lines:
        if not 1 <= line.minimum <= line.quantity <= MAX_QUANTITY:
            raise UnusableQuantity(least=line.minimum)
        if rate.to_usd(Money(line.price_minor, rate.currency) * line.quantity).minor < 1:
            raise QuoteWorthless
    priced = [(line.quantity, line.price_minor) for line in terms.lines]
    if usd_of(priced, Money(terms.freight.minor, rate.currency), rate).minor > MAX_CENTS:
        raise QuoteTooLarge(most=usd(MAX_CENTS))


def require_valid_until(moment: datetime, now: datetime) -> None:
    """Raises UnusableDay."""
    last = now + timedelta(days=LONGEST_VALID_DAYS)
    if not now < moment <= last:
        raise UnusableDay(field="valid_on", last=market_day(last) - timedelta(days=1))


def require_counter(asked: Sequence[CounterLine], minimums: Mapping[UUID, int]) -> None:
    """Only lines of the quote, not fewer than its minimum. Raises UnusableQuantity."""
    for line in asked:
        least = minimums.get(line.line_id)
        if least is None or not least <= line.quantity <= MAX_QUANTITY or line.price_minor <= 0:
            raise UnusableQuantity(least=least or 1)
