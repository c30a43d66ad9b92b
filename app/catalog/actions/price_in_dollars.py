"""Keeping the dollar price that lists sort and filter by."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.catalog.rules.listings import require_price_in_reach
from app.fx.queries import all_rates, rate_for
from app.money.amounts import Money
from app.money.currencies import currency

_REPRICE = text((Path(__file__).parents[1] / "sql" / "reprice_listings.sql").read_text("utf-8"))


def dollar_cents(session: Session, currency_code: str, *prices_minor: int) -> list[int]:
    """Each price in US cents, half-even, by the newest rate. Raises RateMissing, UnusablePrice."""
    rate = rate_for(session, currency_code).rate
    cents = [rate.to_usd(Money(minor, currency_code)).minor for minor in prices_minor]
    for each in cents:
        require_price_in_reach(each)
    return cents


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
