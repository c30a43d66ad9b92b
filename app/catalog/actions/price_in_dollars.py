"""Keeping the dollar price that lists sort and filter by."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalog.models import Listing
from app.catalog.rules.listings import require_price_in_reach
from app.fx.queries import all_rates, rate_for
from app.money.amounts import Money
from app.money.currencies import currency
from app.pricing.rules.tiers import Tier, require_tiers

_REPRICE = text((Path(__file__).parents[1] / "sql" / "reprice_listings.sql").read_text("utf-8"))


def dollar_cents(session: Session, currency_code: str, *prices_minor: int) -> list[int]:
    """Each price in US cents, half-even, by the newest rate. Raises RateMissing, UnusablePrice."""
    rate = rate_for(session, currency_code).rate
    cents = [rate.to_usd(Money(minor, currency_code)).minor for minor in prices_minor]
    for each in cents:
        require_price_in_reach(each)
    return cents


@dataclass(frozen=True)
class PriceOffer:
    """The usual price of a variant and its other prices, in minor units."""

    price_minor: int
    tiers: Sequence[Tier] = ()


def card_prices(session: Session, currency_code: str, offers: Sequence[PriceOffer]) -> dict[str, int | None]:
    """What cards say of a listing: its columns. Raises RateMissing, UnusablePrice for any price out of reach."""
    usual = [offer.price_minor for offer in offers]
    other = [tier.price_minor for offer in offers for tier in offer.tiers]
    cents = dict(zip(usual + other, dollar_cents(session, currency_code, *usual, *other), strict=True))
    least = min(usual + other) if other else None
    return {
        "price_minor": min(usual),
        "price_usd_cents": cents[min(usual)],
        "lowest_minor": least,
        "lowest_usd_cents": cents[least] if least is not None else None,
    }


def follow_prices(session: Session, listing: Listing) -> None:
    """The listing's own columns say what its variants cost. Raises UnusableTiers when the minimum has overtaken a tier."""
    live = [variant for variant in listing.variants if not variant.is_retired]
    for variant in live:
        require_tiers(variant.tiers, minimum=listing.min_quantity)
    offers = [PriceOffer(variant.price_minor, variant.tiers) for variant in live]
    for column, value in card_prices(session, listing.currency, offers).items():
        setattr(listing, column, value)
    session.flush()


def reprice_listings(session: Session, currencies: frozenset[str]) -> None:
    """After new rates: the same rounding as `Rate.to_usd`, for every listing in these currencies at once."""
    for code, dated in all_rates(session).items():
        if code in currencies:
            values = {
                "currency": code,
                "per_usd_micro": dated.rate.per_usd_micro,
                "minor_per_unit": 10 ** currency(code).iso,
            }
            session.execute(_REPRICE, values)
