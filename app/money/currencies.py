"""Three exponents per currency, because they differ: what ISO 4217 says, what Stripe charges in, what people are shown.

Sources: ISO 4217 (via the `iso4217` list of 2026-01), Stripe "Supported currencies", and daily use in each country.
Confusing them is a known way to charge a hundredfold (LAK, MMK, IDR, VND). Smallest amounts paid in cash: Bank Negara
Malaysia, "Rounding Mechanism" (five sen); the others by custom, not confirmed by a law that was read (2026-11-23).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Currency:
    """`iso`: exponent of our minor units; `charge`: of Stripe's amounts; `display`: how many digits are shown.

    `cash_minor`: the smallest amount people pay in notes and coins, in minor units.
    """

    code: str
    iso: int
    charge: int
    display: int
    symbol: str
    cash_minor: int


_TABLE = (
    Currency("USD", 2, 2, 2, "$", 1),
    Currency("BND", 2, 2, 2, "B$", 5),
    Currency("KHR", 2, 2, 0, "៛", 100_00),
    Currency("IDR", 2, 2, 0, "Rp", 100_00),
    Currency("LAK", 2, 2, 0, "₭", 500_00),
    Currency("MYR", 2, 2, 2, "RM", 5),
    Currency("MMK", 2, 2, 0, "K", 50_00),
    Currency("PHP", 2, 2, 2, "₱", 25),
    Currency("SGD", 2, 2, 2, "S$", 5),
    Currency("THB", 2, 2, 2, "฿", 25),
    Currency("VND", 0, 0, 0, "₫", 500),
)
CURRENCIES = {currency.code: currency for currency in _TABLE}


def currency(code: str) -> Currency:
    """Raises KeyError for a currency the market does not trade in."""
    return CURRENCIES[code]
