"""Is a price written in the right minor units? A forgotten or doubled exponent is off by a hundred, and shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.cli.demo.entries import Entry
from app.cli.demo.shapes import DemoCategory, DemoRate
from app.money.currencies import CURRENCIES

MOST_EXPENSIVE_SHIPPING_USD_CENTS = 20_000


@dataclass(frozen=True)
class PriceCheck:
    """Holds the sample rates, by currency."""

    rates: Mapping[str, DemoRate]

    def usd_cents(self, minor: int, currency: str) -> int:
        """What an amount is worth in whole US cents, cut off: for judging a price, never for charging it."""
        units = Fraction(minor, 10 ** CURRENCIES[currency].iso)
        return int(units * 100 / Fraction(self.rates[currency].per_usd))

    def require_unit_price(self, entry: Entry, minor: int, currency: str, category: DemoCategory) -> None:
        """Raises DemoContentError unless one unit costs what goods of its category cost."""
        self._require_shown_digits(entry, minor, currency)
        cents, (least, most) = self.usd_cents(minor, currency), category.usd_cents
        if not least <= cents <= most:
            raise entry.error(
                f"price is {minor} minor units of {currency}, about {cents} US cents, but {category.slug} ranges from "
                f"{least} to {most}; {_exponent(currency)}",
            )

    def require_shipping(self, entry: Entry, minor: int, currency: str) -> None:
        """Raises DemoContentError for a shipping price that people could not be shown or would not believe."""
        self._require_shown_digits(entry, minor, currency)
        cents = self.usd_cents(minor, currency)
        if cents > MOST_EXPENSIVE_SHIPPING_USD_CENTS:
            raise entry.error(
                f"price is {minor} minor units of {currency}, about {cents} US cents; {_exponent(currency)}"
            )

    def _require_shown_digits(self, entry: Entry, minor: int, currency: str) -> None:
        hidden = 10 ** (CURRENCIES[currency].iso - CURRENCIES[currency].display)
        if minor % hidden:
            raise entry.error(f"price is {minor}, but {currency} is shown without decimals; {_exponent(currency)}")


def _exponent(currency: str) -> str:
    return f"one {currency} is {10 ** CURRENCIES[currency].iso} minor units"
