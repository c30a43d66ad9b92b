"""Which currencies can be charged and within which amounts. Source: docs.stripe.com/currencies."""

from typing import Any

from app.embedded.stripe_server.errors import ApiError

ZERO_DECIMAL = frozenset(
    ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf")
)
# Minimum charge in minor units. Those Stripe lists as such, and for the region's others the rough worth of 50 US cents.
MINIMUMS = {
    "usd": 50, "aed": 200, "aud": 50, "bgn": 100, "brl": 50, "cad": 50, "chf": 50, "czk": 1500, "dkk": 250,
    "eur": 50, "gbp": 30, "hkd": 400, "huf": 17500, "inr": 50, "jpy": 50, "mxn": 1000, "myr": 200, "nok": 300,
    "nzd": 50, "pln": 200, "ron": 200, "sek": 300, "sgd": 50, "thb": 1000,
    "bnd": 70, "cny": 400, "idr": 800_000, "khr": 200_000, "krw": 700, "lak": 1_100_000, "mmk": 105_000,
    "php": 2900, "twd": 1600, "vnd": 13_000,
}  # fmt: skip
MAXIMUM = 99_999_999
LARGE = {"idr": 999_999_999_999, "khr": 9_999_999_999, "lak": 9_999_999_999, "vnd": 9_999_999_999}


def currency(raw: Any, name: str) -> str:
    """A lower-case ISO 4217 code this server can charge."""
    code = str(raw).lower()
    if not isinstance(raw, str) or code not in MINIMUMS:
        raise ApiError(
            f"Invalid currency: {str(raw)[:20]}. The Stripe test server supports these currencies: "
            f"{', '.join(sorted(MINIMUMS))}",
            param=name,
        )
    return code


def shown(amount_minor: int, code: str) -> str:
    """An amount for people: "$1,234.50", "¥500", "THB 120.00"."""
    symbol = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}.get(code, code.upper() + " ")
    sign = "-" if amount_minor < 0 else ""
    if code in ZERO_DECIMAL:
        return f"{sign}{symbol}{abs(amount_minor):,}"
    major, minor = divmod(abs(amount_minor), 100)
    return f"{sign}{symbol}{major:,}.{minor:02d}"


def require_chargeable(amount_minor: int, code: str, *, subject: str = "Amount must be") -> None:
    """Raises ApiError amount_too_small or amount_too_large."""
    least, most = MINIMUMS[code], LARGE.get(code, MAXIMUM)
    if amount_minor < least:
        raise ApiError(f"{subject} at least {shown(least, code)} {code}", code="amount_too_small", param="amount")
    if amount_minor > most:
        message = f"{subject} no more than {shown(most, code)} {code}"
        raise ApiError(message, code="amount_too_large", param="amount")
