"""Which tax is kept of a sale, and how much of it, on values. Rates are dated data; these are the decisions on them.

Two taxes are kept of what a seller is paid: the seller's own that a country has the market withhold, and the VAT inside a
sale that the market itself owes, because the operator's accountant has it answer for that as if it had sold the goods.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from app.config.days import day_begins
from app.money.amounts import UNITS_PER_CENT, Money, fee_due, share_due, units_share_included

VAT, SHIPPING, COMMISSION = "vat", "shipping", "commission"
EXCLUDED = frozenset({VAT, SHIPPING, COMMISSION})
WITHHELD, SUPPLY = "withheld", "supply"
ACCOUNTS = {WITHHELD: "2310", SUPPLY: "2320"}
HOME, IMPORTS = "home", "imports"
SCOPES = (WITHHELD, HOME, IMPORTS)
"""What a switch is about: tax withheld from the country's sellers; VAT of sales within it; VAT of small sales into it."""
BURNING, BURNED, PAID = "burning", "burned", "paid"
STATES = (BURNING, BURNED, PAID)
NUMBER_LONGEST, REASON_LONGEST = 40, 500


@dataclass(frozen=True)
class Rule:
    """What a country takes from a seller's sale, for a span of days, and how it is known.

    `share` is the part of the base that is taxed at all. `exempt_kinds`: the sellers whose statement of having sold no
    more than `threshold` in the year lifts it. `statement` and `tax_number` are the country's own words for them.
    """

    key: str
    country: str
    name: str
    seller_kinds: frozenset[str]
    rate: Fraction
    share: Fraction
    excludes: frozenset[str]
    exempt_kinds: frozenset[str]
    threshold: Money | None
    statement: str
    tax_number: str
    starts_on: date
    ends_on: date | None
    detail: str
    source: str
    evidence: str
    checked_on: date


@dataclass(frozen=True)
class Span:
    """Days on which a country is switched on; open-ended without `ends_on`."""

    country: str
    starts_on: date
    ends_on: date | None
    scope: str = WITHHELD

    def covers(self, on: date) -> bool:
        return self.starts_on <= on <= (self.ends_on or date.max)

    def meets(self, other: "Span") -> bool:
        """Whether the two say something of the same day."""
        return (
            (self.country, self.scope) == (other.country, other.scope)
            and self.starts_on <= (other.ends_on or date.max)
            and other.starts_on <= (self.ends_on or date.max)
        )


@dataclass(frozen=True)
class Supplied:
    """The days on which the market answers for the VAT of sales to buyers in one country."""

    spans: tuple[Span, ...] = ()

    def covers(self, scope: str, on: date) -> bool:
        return any(span.scope == scope and span.covers(on) for span in self.spans)


@dataclass(frozen=True)
class Supply:
    """A tax inside an order that the market owes: a share of the order's total carries it at so many hundredths of a percent."""

    country: str
    name: str
    rate_bps: int
    share: Fraction


@dataclass(frozen=True)
class Seller:
    """Of a seller, what decides. `has_statement`: one of this year is on file. `is_over`: sold more than the threshold here."""

    country: str
    kind: str
    has_statement: bool = False
    is_over: bool = False


@dataclass(frozen=True)
class OrderParts:
    """What an order is made of: US cents, and the tax inside its prices.

    `vat`: (share of the total, rate in hundredths of a percent) of each kind of goods that carries one.
    """

    goods_cents: int
    shipping_cents: int
    vat: tuple[tuple[Fraction, int], ...]
    commission_bps: int

    @property
    def units(self) -> int:
        return (self.goods_cents + self.shipping_cents) * UNITS_PER_CENT


def is_on(spans: Collection[Span], country: str, on: date) -> bool:
    """Whether tax is withheld from the country's sellers on that day."""
    return any((span.country, span.scope) == (country, WITHHELD) and span.covers(on) for span in spans)


def rules_on(rules: Sequence[Rule], country: str, on: date) -> list[Rule]:
    """The country's rules in force on that day; of one whose known span has ended, the last that had begun.

    An old rate must not end a duty in silence: `ended_rules` is the operator's alarm.
    """
    begun: dict[str, Rule] = {}
    for rule in sorted(rules, key=lambda one: one.starts_on):
        if rule.country == country and rule.starts_on <= on:
            begun[rule.key] = rule
    return list(begun.values())


def ended_rules(rules: Sequence[Rule], spans: Collection[Span], on: date) -> list[Rule]:
    """Rules in use, by a switch, whose known span has ended."""
    in_use = [rule for country in sorted({one.country for one in rules}) for rule in rules_on(rules, country, on)]
    return [
        rule for rule in in_use if rule.ends_on is not None and rule.ends_on < on and is_on(spans, rule.country, on)
    ]


def takes(rule: Rule, seller: Seller) -> bool:
    """Whether this seller's sale falls under the rule."""
    return rule.country == seller.country and seller.kind in rule.seller_kinds and not is_lifted(rule, seller)


def is_lifted(rule: Rule, seller: Seller) -> bool:
    """A statement lifts it from those it may lift it from, until more than the threshold was sold."""
    return seller.kind in rule.exempt_kinds and seller.has_statement and not seller.is_over


def base_units(rule: Rule, parts: OrderParts) -> int:
    """What of the whole order is taxed, in token units: its total less what the rule leaves out, and of that the share.

    VAT is that inside what is left; the commission is that of the whole order. Floored, never below zero.
    """
    cents = parts.goods_cents + (0 if SHIPPING in rule.excludes else parts.shipping_cents)
    units = cents * UNITS_PER_CENT
    left = units
    if VAT in rule.excludes:
        left -= sum(
            units_share_included(share_due(units, share.numerator, share.denominator), bps) for share, bps in parts.vat
        )
    if COMMISSION in rule.excludes:
        left -= fee_due(parts.units, parts.commission_bps)
    return share_due(max(0, left), rule.share.numerator, rule.share.denominator)


def supply_parts(owed: Sequence[Supply], units: int) -> list[tuple[Supply, int]]:
    """Of an order of so many units each tax the market owes, one of each rate, with its base: what carries it, without it."""
    shares: dict[tuple[str, int], Supply] = {}
    for one in owed:
        known = shares.get((one.country, one.rate_bps))
        shares[one.country, one.rate_bps] = replace(known, share=known.share + one.share) if known else one
    return [
        (one, _without_tax(share_due(units, *one.share.as_integer_ratio()), one.rate_bps)) for one in shares.values()
    ]


def _without_tax(units: int, rate_bps: int) -> int:
    return units - units_share_included(units, rate_bps)


@dataclass(frozen=True)
class Terms:
    """What holds of one order under one rule: `base` units are taxed when all its `amount` units are released."""

    base: int
    amount: int
    rate: Fraction


def base_of(terms: Terms, kept: int) -> int:
    """What is taxed of `kept` units: released and not come back. Cumulative and floored."""
    return share_due(kept, terms.base, terms.amount)


def tax_due(terms: Terms, kept: int) -> int:
    """Tax on `kept` units of the order, in token units.

    One fraction of the whole, floored once, so that many part releases withhold what one does, and what comes back takes
    its own part with it.
    """
    return share_due(kept, terms.base * terms.rate.numerator, terms.amount * terms.rate.denominator)


def month_ends_at(month: date, time_zone: str) -> datetime:
    """The first moment that is no longer in the month that begins with `month`."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return day_begins(time_zone, following)
