"""Carts made by dice, priced by the very code that prices every cart, without a database.

A cart has samples, tiers, price lists, sellers in every country of the region and their currencies, weight bands with goods of no
known weight, shipping that is free from an amount on, vouchers of sellers and of the market, money in parts, tax classes
and borders.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID

from app.catalog.models import Category, Listing, Variant
from app.checkout.models import CartLine
from app.checkout.queries.seller import Fixed, Live, Samples, priced_seller
from app.checkout.rules.discounts import Offers
from app.checkout.rules.priced_cart import PricedCart
from app.fx.rules import DatedRate
from app.identity.models import Organization
from app.identity.rules.countries import COUNTRIES
from app.money.amounts import Money, Rate
from app.orders.rules.samples import counted
from app.pricing.rules.winning import ListOffer
from app.quotes.rules.parts import PaymentParts
from app.shipping.models import ShippingRate
from app.shipping.rules import REGION
from app.tax.rules import CLASSES
from app.vouchers.rules.terms import Offer

NOW, TODAY = datetime(2026, 11, 2, 8, tzinfo=UTC), date(2026, 11, 2)
PER_USD = {
    "USD": 1_000_000, "BND": 1_290_000, "IDR": 16_250_500_000, "KHR": 4_050_000_000, "LAK": 21_600_000_000,
    "MMK": 2_100_000_000, "MYR": 4_210_000, "PHP": 58_700_000, "SGD": 1_290_000, "THB": 35_120_000, "VND": 25_400_000_000,
}  # fmt: skip
RATES = {code: DatedRate(Rate(code, per), TODAY, "test") for code, per in PER_USD.items()}
CATEGORIES = [Category(id=UUID(int=number), slug=f"c{number}", names={}) for number in (1, 2)]


class Dice(Random):
    def uuid(self) -> UUID:
        return UUID(int=self.getrandbits(128))

    def happens(self, share: float) -> bool:
        return self.random() < share


class RandomCart:
    """`plain` is the cart without vouchers, `cart` the same with them."""

    def __init__(self, seed: int) -> None:
        self.dice = Dice(seed)
        self.country = self.dice.choice(sorted(REGION))
        stalls = [Stall(self.dice, self.country) for _ in range(self.dice.randint(1, 4))]
        offers = [stall.voucher(stall.shop.currency, stall.shop.id) for stall in stalls if self.dice.happens(0.5)]
        if self.dice.happens(0.5):
            offers.append(stalls[0].voucher("USD", None))
        offered = Offers(offers, NOW)
        self.stalls = [stall for stall in stalls if stall.priced(None).shipping]
        self.plain = [stall.priced(None) for stall in self.stalls]
        self.cart: PricedCart = offered.cart([stall.priced(offered) for stall in self.stalls], self.country)


class Stall:
    """One seller and what is taken from it."""

    def __init__(self, dice: Dice, country: str) -> None:
        self.dice, self.to = dice, country
        home = country if dice.happens(0.4) else dice.choice(sorted(REGION))
        found = COUNTRIES[home]
        self.shop = Organization(
            id=dice.uuid(),
            kind="company",
            status="approved",
            name="Shop",
            slug="shop",
            country=home,
            place="",
            currency=dice.choice([code for code in found.currencies if code in PER_USD] or ["USD"]),
            is_tax_registered=dice.happens(0.7),
            handling_days=1,
        )
        self.least = RATES[self.shop.currency].rate.least_paid.minor
        self.lines = [self._line() for _ in range(dice.randint(1, 5))]
        self.lists = {line.variant.id: self._lists(line.variant) for line in self.lines if not line.variant.is_sample}
        self.ways = self._ways()
        self.parts = PaymentParts(dice.randint(0, 50) * 100, dice.randint(0, 30) * 100) if dice.happens(0.3) else None

    def _line(self) -> CartLine:
        dice, price = self.dice, self.dice.randint(2, 3_000) * self.least
        listing = Listing(
            id=dice.uuid(),
            organization=self.shop,
            organization_id=self.shop.id,
            category=dice.choice(CATEGORIES),
            status="active",
            slug="goods",
            titles={"en": "Goods"},
            currency=self.shop.currency,
            unit="kg",
            min_quantity=1,
            quantity_step=1,
            sample_most=3,
            tax_class=dice.choice(sorted(CLASSES)),
        )
        listing.category_id = listing.category.id
        starts = sorted(dice.sample(range(2, 40), dice.randint(0, 3)))
        tiers = [{"from": start, "minor": max(price * (95 - 7 * step) // 100, 1)} for step, start in enumerate(starts)]
        if dice.happens(0.2):
            return self._sample(listing, price)
        variant = Variant(
            id=dice.uuid(),
            listing=listing,
            sku="A",
            names={},
            price_minor=price,
            price_tiers=tiers,
            net_grams=dice.choice([None, dice.randint(1, 4_000)]),
            stock=100,
            reserved=0,
            is_retired=False,
        )
        return CartLine(id=dice.uuid(), variant=variant, variant_id=variant.id, quantity=dice.randint(1, 60))

    def _sample(self, listing: Listing, price: int) -> CartLine:
        """At a price of its own: no list is asked, and no voucher lowers it."""
        dice = self.dice
        variant = Variant(
            id=dice.uuid(),
            listing=listing,
            sample_of_id=dice.uuid(),
            sku="A",
            names={},
            price_minor=price,
            price_tiers=[],
            net_grams=dice.choice([None, dice.randint(1, 400)]),
            stock=10,
            reserved=0,
            is_retired=True,
            is_withdrawn=False,
        )
        return CartLine(id=dice.uuid(), variant=variant, variant_id=variant.id, quantity=dice.randint(1, 3))

    def _lists(self, variant: Variant) -> list[ListOffer]:
        dice = self.dice
        found = [ListOffer(dice.uuid(), "Friends", is_fixed=dice.happens(0.2), off_bps=dice.randint(1, 6_000))]
        found.append(
            ListOffer(dice.uuid(), "Hotels", is_fixed=False, price_minor=max(variant.price_minor * 9 // 10, 1))
        )
        return dice.sample(found, dice.choice([0, 0, 1, 2]))

    def _ways(self) -> list[ShippingRate]:
        """Bands up to a weight, the last up to any; where they lead differs."""
        dice = self.dice
        zone, country = dice.choice([("domestic", None), ("region", None), ("country", self.to)])
        if zone != "country":
            zone = "domestic" if self.shop.country == self.to else "region"
        limits = [*sorted(dice.sample(range(1_000, 90_000), dice.randint(0, 3))), None]
        free_from = dice.choice([None, dice.randint(1, 60_000) * self.least])
        unknown_grams = dice.randint(0, 900)
        return [
            ShippingRate(
                id=dice.uuid(),
                organization_id=self.shop.id,
                zone=zone,
                country=country,
                kind="parcel",
                place="",
                method="Parcel",
                carrier="",
                days_min=1,
                days_max=3,
                price_minor=dice.randint(0, 500) * self.least,
                max_grams=limit,
                free_from_minor=free_from,
                unknown_grams=unknown_grams,
            )
            for limit in limits
        ]

    def voucher(self, currency: str, shop: UUID | None) -> Offer:
        dice = self.dice
        by_percent, amount = dice.happens(0.5), dice.randint(1, 10 ** dice.randint(1, 9))
        return Offer(
            id=dice.uuid(),
            code="RAIN10",
            organization_id=shop,
            percent_bps=dice.randint(1, 90) * 100 if by_percent else None,
            amount=None if by_percent else Money(amount, currency),
            minimum=Money(dice.choice([0, 0, 5_000]), currency),
            starts_at=NOW - timedelta(days=1),
            ends_at=None,
            category_ids=frozenset(dice.choice([(), (), (CATEGORIES[0].id,)])),
        )

    def priced(self, offered: Offers | None):
        """As the cart asks for it."""
        agreed: Mapping[CartLine, int | None] = dict.fromkeys(self.lines)
        taken = counted((line.variant.listing.id, line.quantity) for line in self.lines if line.variant.is_sample)
        parts = Fixed(parts=self.parts or PaymentParts())
        live = Live({}, self.lists, set(), agreed, parts, Samples(taken, {}), own=())
        return priced_seller(
            self.lines, self.ways, RATES, live, country=self.to, chosen=None, today=TODAY, offered=offered
        )
