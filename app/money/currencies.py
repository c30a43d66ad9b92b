"""Three exponents per currency, because they differ: what ISO 4217 says, what Stripe charges in, what people are shown.

Sources: ISO 4217 (via the `iso4217` list of 2026-01), Stripe "Supported currencies", and daily use in each country.
Confusing them is a known way to charge a hundredfold (LAK, MMK, IDR, VND).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Currency:
    """`iso`: exponent of our minor units; `charge`: of Stripe's amounts; `display`: how many digits are shown."""

    code: str
    iso: int
    charge: int
    display: int
    symbol: str


_TABLE = (
    Currency("USD", 2, 2, 2, "$"),
    Currency("BND", 2, 2, 2, "B$"),
    Currency("KHR", 2, 2, 0, "៛"),
    Currency("IDR", 2, 2, 0, "Rp"),
    Currency("LAK", 2, 2, 0, "₭"),
    Currency("MYR", 2, 2, 2, "RM"),
    Currency("MMK", 2, 2, 0, "K"),
    Currency("PHP", 2, 2, 2, "₱"),
    Currency("SGD", 2, 2, 2, "S$"),
    Currency("THB", 2, 2, 2, "฿"),
    Currency("VND", 0, 0, 0, "₫"),
)
CURRENCIES = {currency.code: currency for currency in _TABLE}


def currency(code: str) -> Currency:
    """Raises KeyError for a currency the market does not trade in."""
    return CURRENCIES[code]
