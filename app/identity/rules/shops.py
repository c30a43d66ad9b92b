"""What a shop may be called, and which states follow which."""

import unicodedata
from collections.abc import Sequence

from app.identity.errors import UnusableChoice, UnusableHandlingDays, UnusableShopName
from app.identity.rules.countries import Country
from app.states.edges import Axis, By, edge, table

LONGEST_NAME = 80
LONGEST_HANDLING_DAYS = 60
LONGEST_PAUSE_NOTE = 300
PENDING, APPROVED, PAUSED, SUSPENDED, REJECTED = "pending", "approved", "paused", "suspended", "rejected"
CLOSED = "closed"
SHOP = Axis(
    "shop",
    "organizations.status",
    "Who may sell, who may not, who may come back.",
    table(
        edge(None, PENDING, "identity.create_shop", By.SELLER),
        edge(None, APPROVED, "identity.open_private_stall", By.SELLER),
        edge((PENDING, SUSPENDED, PAUSED, REJECTED), APPROVED, "identity.approve_shop", By.OPERATOR),
        edge((PENDING, APPROVED, PAUSED), SUSPENDED, "identity.approve_shop", By.OPERATOR),
        edge(PENDING, REJECTED, "identity.approve_shop", By.OPERATOR),
        edge(REJECTED, PENDING, "identity.approve_shop", By.OPERATOR),
        edge(APPROVED, PAUSED, "identity.pause_shop", By.SELLER),
        edge(PAUSED, APPROVED, "identity.pause_shop", By.SELLER, By.CLOCK),
        edge((PENDING, APPROVED, PAUSED, SUSPENDED, REJECTED), CLOSED, "identity.forget_user", By.SELLER),
        edge(None, CLOSED, "companies.open_company", By.BUYER),  # an organization that only buys
    ),
)
SHOWN = ("approved", "paused")
"""Shops whose goods everybody may see; only those of the first can be bought."""


def usable_name(typed: str) -> str:
    """One line, 2 to 80 characters, at least one letter of any script. Raises UnusableShopName."""
    name = " ".join(unicodedata.normalize("NFC", typed).split())
    printable = not any(unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn"} for character in name)
    if not 2 <= len(name) <= LONGEST_NAME or not printable or not any(character.isalpha() for character in name):  # noqa: PLR2004
        raise UnusableShopName(field="name")
    return name


def require_handling_days(days: int) -> None:
    if not 0 <= days <= LONGEST_HANDLING_DAYS:
        raise UnusableHandlingDays(field="handling_days")


def require_choice(value: str, choices: Sequence[str], field: str) -> None:
    if value not in choices:
        raise UnusableChoice(field=field)


def currency_for(country: Country, wanted: str | None) -> str:
    """The currency a shop of that country prices in. Raises UnusableChoice."""
    currency = wanted or country.currencies[0]
    require_choice(currency, country.currencies, "currency")
    return currency


def may_become(status: str, wanted: str, by: By) -> bool:
    return SHOP.leads(status, wanted, by)
