"""One seller's part of a cart, priced from what was read: asks nothing more."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from app.catalog.errors import QuantityNotInSteps, QuantityTooSmall, TooFewLeft
from app.catalog.models import Listing, Variant
from app.catalog.rules.listings import ON_SALE
from app.catalog.rules.quantities import largest_quantity, require_quantity
from app.catalog.rules.samples import samples_left
from app.catalog.rules.texts import SAMPLE
from app.checkout.models import CartLine
from app.checkout.rules.discounts import Offers
from app.checkout.rules.priced_cart import (
    CartItem,
    PricedSeller,
    Problem,
    Seller,
    closed_for_now,
    no_sample,
    not_on_sale,
    off_the_market,
    problem_of,
    too_many_samples,
    worth_nothing,
)
from app.fx.rules import DatedRate
from app.identity.models import Organization
from app.identity.rules.shops import SHOWN
from app.money.amounts import Money, usd
from app.orders.rules.pricing import QUOTED, PricedLine, PricedShipping, PricedTax, price_line
from app.pricing.queries import Offers as ListOffers
from app.pricing.rules.winning import LIST, Winning, winning_price
from app.quotes.rules.freight import Freight
from app.quotes.rules.parts import AT_ONCE, PaymentParts
from app.shipping.models import ShippingRate
from app.shipping.rules import Load, methods_to
from app.shipping.rules import offered as offered_ways
from app.tax.borders import import_rule
from app.tax.queries import tax_lines
from app.tax.rules import LowValue
from app.withholding.rules import HOME, IMPORTS, Supplied

Own = Mapping[UUID, Callable[[UUID], Problem]]


@dataclass(frozen=True)
class Fixed:
    """What a deal fixes besides goods and prices; without a `freight` the shop's own ways of sending count."""

    deal_id: UUID | None = None
    parts: PaymentParts = AT_ONCE
    freight: Freight | None = None


@dataclass(frozen=True)
class Samples:
    """By listing: how many samples are in the cart, of any choice, and how many the buyer has ordered before."""

    in_cart: Mapping[UUID, int]
    had: Mapping[UUID, int]


@dataclass(frozen=True)
class Live:
    """What of this moment the lines need: units held by the cart itself, the buyer's offers, private goods they see.

    `own`: the shops the buyer is of, with what is said there. `agreed`: the price of one that a deal has fixed, in minor units; `fixed`, how it is paid out and sent.
    `supply`: the days on which the market answers for the VAT of sales to the buyer's country.
    """

    held: Mapping[UUID, int]
    offers: ListOffers
    seen: Collection[UUID]
    agreed: Mapping[CartLine, int | None]
    fixed: Fixed
    samples: Samples
    own: Own
    supply: Supplied = field(default_factory=Supplied)


def priced_seller(
    lines: Sequence[CartLine],
    shipping: Sequence[ShippingRate],
    rates: Mapping[str, DatedRate],
    live: Live,
    *,
    country: str,
    chosen: UUID | None,
    today: date,
    offered: Offers | None = None,
) -> PricedSeller:
    """Goods, ways of sending to `country`, vouchers and taxes of one shop's lines; `chosen` is a way, else the first."""
    shop = lines[0].variant.listing.organization
    rate = rates[shop.currency]
    items: Sequence[CartItem] = [_item(line, rate, live, shop) for line in lines]
    if live.fixed.freight is None:
        found = offered_ways(shipping, shop.country, country, _load(lines, items))
        options = [_option(row, price, rate) for row, price in found]
    else:
        options = _as_agreed(live.fixed, live.fixed.freight, rate, country)
    wanted = next(
        ((row.method, row.carrier) for row in shipping if row.id == chosen), None
    )  # its band may be another now
    of_method = [option for option in options if (option.method, option.carrier) == wanted]
    picked = next(iter((*of_method, *options)), None)
    code = None
    if offered:
        items, code = offered.lower(shop.id, items, rate.rate, picked.usd if picked else usd(0))
    goods = _by_tax_class(lines, items)
    at_home = live.supply.covers(HOME, today) and shop.country == country
    low = _low_value(live.supply, items, rate, rates, country, today) if shop.country != country else None
    cost = picked.price if picked else Money(0, shop.currency)
    taxes = tax_lines(
        shop.country, shop.is_tax_registered, country, goods, cost, today, market_answers=at_home, low_value=low
    )
    seller = Seller(shop.id, shop.name, shop.slug, shop.place, shop.country, shop.handling_days)
    shown = [
        PricedTax(tax.name, tax.rate_bps, tax.base, tax.tax, tax.note, tax.goods, owed_to=tax.owed_to) for tax in taxes
    ]
    is_too_heavy = picked is None and bool(methods_to(shipping, shop.country, country))
    return PricedSeller(
        seller,
        items,
        options,
        picked,
        shown,
        rate,
        code,
        is_too_heavy=is_too_heavy,
        parts=live.fixed.parts,
        agreed_country=live.fixed.freight.country if live.fixed.freight else None,
    )


def limit_currency(supply: Supplied, country: str, today: date) -> tuple[str, ...]:
    """The money in which the value of goods from abroad is asked about; mostly nothing is."""
    rule = import_rule(country, today) if supply.covers(IMPORTS, today) else None
    return (rule.low_value_up_to.currency,) if rule and rule.low_value_up_to else ()


def _low_value(
    supply: Supplied,
    items: Sequence[CartItem],
    rate: DatedRate,
    rates: Mapping[str, DatedRate],
    country: str,
    today: date,
) -> LowValue | None:
    """What of goods from abroad is taxed when it is sold, if the market answers for that: each thing by its own price.

    Without a rate of the country's money nobody can tell, and nothing is.
    """
    rule = import_rule(country, today)
    if not supply.covers(IMPORTS, today) or rule is None or rule.low_value_up_to is None:
        return None
    there = rates.get(rule.low_value_up_to.currency)
    if there is None:
        return None
    limit = there.rate.to_usd(rule.low_value_up_to)
    low = [item.line.net for item in items if rate.rate.to_usd(item.line.price) <= limit]
    return LowValue(rule.low_value_name, rule.low_value_bps, sum(low, Money(0, rate.rate.currency)))


def _as_agreed(fixed: Fixed, freight: Freight, rate: DatedRate, country: str) -> list[PricedShipping]:
    """The one way of sending that a quote names; none to another country than the one it was quoted for."""
    if freight.country != country or fixed.deal_id is None:
        return []
    price = Money(freight.minor, rate.rate.currency)
    words, days = freight.words, freight.days
    return [PricedShipping(fixed.deal_id, words, "", days, days, price, rate.rate.to_usd(price), QUOTED, freight.place)]


def _load(lines: Sequence[CartLine], items: Sequence[CartItem]) -> Load:
    weighed = [(line.variant.net_grams, line.quantity) for line in lines]
    return Load(
        grams=sum(grams * quantity for grams, quantity in weighed if grams),
        unweighed=sum(quantity for grams, quantity in weighed if not grams),
        goods_minor=sum(item.line.total.minor for item in items),
    )


def _by_tax_class(lines: Sequence[CartLine], items: Sequence[CartItem]) -> dict[str, Money]:
    sums: dict[str, Money] = {}
    for line, item in zip(lines, items, strict=True):
        goods = line.variant.listing.tax_class
        sums[goods] = sums[goods] + item.line.net if goods in sums else item.line.net
    return sums


def _option(row: ShippingRate, price_minor: int, rate: DatedRate) -> PricedShipping:
    price = Money(price_minor, rate.rate.currency)
    return PricedShipping(
        row.id, row.method, row.carrier, row.days_min, row.days_max, price, rate.rate.to_usd(price), row.kind, row.place
    )


def _won(variant: Variant, currency: str, quantity: int, offers: ListOffers) -> Winning:
    """What each of `quantity` costs this buyer: the usual price, a tier or a price list of the buyer's."""
    usual = Money(variant.price_minor, currency)
    return winning_price(usual, variant.tiers, offers.get(variant.id, ()), quantity)


def _item(line: CartLine, rate: DatedRate, live: Live, shop: Organization) -> CartItem:
    variant, listing = line.variant, line.variant.listing
    is_seen, agreed_minor = listing.status != "private" or listing.id in live.seen, live.agreed[line]
    won = _won(variant, listing.currency, line.quantity, live.offers)
    priced = price_line(
        variant_id=variant.id,
        listing_id=listing.id,
        sku=variant.sku,
        titles=listing.titles,
        variant_names=variant.names,
        unit=SAMPLE if variant.is_sample else listing.unit,
        quantity=line.quantity,
        price=Money(agreed_minor, listing.currency)
        if agreed_minor
        else won.price
        if is_seen
        else Money(0, listing.currency),
        rate=rate.rate,
        pieces=variant.pieces,
        piece_unit="" if variant.is_sample else listing.piece_unit,
        is_sample=variant.is_sample,
        tax_class=listing.tax_class,
    )
    if agreed_minor is not None:
        return _agreed_item(line, priced, shop, live.own)
    available = variant.available + live.held.get(variant.id, 0)
    is_on_sale = listing.status in ON_SALE and is_seen and variant.is_offered and shop.status in SHOWN
    most = _most(line, listing, live, available)
    minimum, step = (1, 1) if variant.is_sample else (listing.min_quantity, listing.quantity_step)
    problem = _quantity_problem(line, listing, live, available, most) if is_on_sale else _gone(variant)
    if shop.status == "suspended":
        problem = off_the_market(variant.id, shop.name)
    if is_on_sale and shop.status == "paused":
        problem = closed_for_now(variant.id, shop.name, shop.paused_until)
    if shop.id in live.own:
        problem = live.own[shop.id](variant.id)
    return CartItem(
        line=priced,
        slug=listing.slug,
        picture=listing.picture,
        tint=listing.category.tint,
        minimum=minimum,
        step=step,
        most=most,
        problem=problem or (None if priced.usd else worth_nothing(variant.id)),
        list_name=won.list_name if won.kind == LIST else "",
        category_id=listing.category_id,
    )


def _agreed_item(line: CartLine, priced: PricedLine, shop: Organization, own: Own) -> CartItem:
    """Of a deal: the goods are held for this buyer, whatever the stall says since.

    Only a suspended shop, or one the buyer has come to work for, stands in the way.
    """
    listing = line.variant.listing
    gone = None if shop.status in SHOWN else not_on_sale(line.variant_id)
    return CartItem(
        line=priced,
        slug=listing.slug,
        picture=listing.picture,
        tint=listing.category.tint,
        minimum=line.quantity,
        step=1,
        most=line.quantity,
        problem=own[shop.id](line.variant_id) if shop.id in own else gone,
    )


def _gone(variant: Variant) -> Problem:
    return no_sample(variant.id) if variant.is_sample else not_on_sale(variant.id)


def _most(line: CartLine, listing: Listing, live: Live, available: int) -> int:
    if not line.variant.is_sample:
        return largest_quantity(listing.min_quantity, listing.quantity_step, available)
    had, beside = live.samples.had.get(listing.id, 0), live.samples.in_cart[listing.id] - line.quantity
    return samples_left(listing.sample_most, had=had, beside=beside, available=available)


def _quantity_problem(line: CartLine, listing: Listing, live: Live, available: int, most: int) -> Problem | None:
    is_sample = line.variant.is_sample
    if is_sample and most < line.quantity <= available:
        had = live.samples.had.get(listing.id, 0)
        return too_many_samples(line.variant_id, most=listing.sample_most, had=had, left=most)
    try:
        require_quantity(
            line.quantity,
            minimum=1 if is_sample else listing.min_quantity,
            step=1 if is_sample else listing.quantity_step,
            available=available,
            unit=SAMPLE if is_sample else listing.unit,
        )
    except (QuantityTooSmall, QuantityNotInSteps, TooFewLeft) as error:
        return problem_of(error, line.variant_id)
    return None
