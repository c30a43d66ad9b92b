"""What a token is made of and what it opens."""

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from app.access.errors import BuyingIsPersonal, NoScopes, TooManyTokens, UnusableTokenName
from app.errors import N_
from app.identity.actor import Actor
from app.identity.rules.roles import MARKET

ORDERS_READ, ORDERS_WRITE = "orders:read", "orders:write"
LISTINGS_READ, LISTINGS_WRITE = "listings:read", "listings:write"
BUY, REPORTS_READ, WEBHOOKS = "buy", "reports:read", "webhooks"
SCOPES: Mapping[str, str] = {
    ORDERS_READ: N_("See the orders of the shop"),
    ORDERS_WRITE: N_("Ship orders, note that they arrived, and give money back"),
    LISTINGS_READ: N_("See the goods of the shop, drafts too, and how it sends them"),
    LISTINGS_WRITE: N_("Add and change goods, prices, stock, pictures and ways of sending"),
    REPORTS_READ: N_("Read settlement reports"),
    WEBHOOKS: N_("Choose which addresses are told what happens"),
    BUY: N_("See what you bought, confirm that you have it, cancel it, report a problem, and fill your cart"),
}
LIFETIMES = (30, 90, 365)
MOST_TOKENS = 50
LONGEST_NAME = 60
USED_EVERY = timedelta(hours=1)
_SHAPE = re.compile(r"phsar_[a-z0-9]{8}_[A-Za-z0-9_-]{43}")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True)
class TokenTerms:
    """What a person asked for. `organization_id` None: all shops the person works for, and the person's own buying."""

    name: str
    scopes: tuple[str, ...]
    organization_id: UUID | None = None
    days: int | None = None


@dataclass(frozen=True)
class NewSecret:
    """`text` is shown once; `prefix` and `digest` are kept."""

    text: str
    prefix: str
    digest: bytes


def new_secret() -> NewSecret:
    prefix = "phsar_" + "".join(secrets.choice(_LETTERS) for _ in range(8))
    text = f"{prefix}_{secrets.token_urlsafe(32)}"
    return NewSecret(text, prefix, digest_of(text))


def digest_of(secret: str) -> bytes:
    """256 random bits need no salt and no slow hash: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).digest()


def is_shaped(secret: str) -> bool:
    """Whether it can be a token of ours at all."""
    return _SHAPE.fullmatch(secret) is not None


def require_sound(terms: TokenTerms, *, count: int) -> None:
    """`count` tokens the person has already. Raises UnusableTokenName, NoScopes, BuyingIsPersonal, TooManyTokens."""
    if not 1 <= len(terms.name) <= LONGEST_NAME:
        raise UnusableTokenName(field="name")
    if not terms.scopes or not set(terms.scopes) <= set(SCOPES):
        raise NoScopes(field="scopes")
    if terms.organization_id is not None and BUY in terms.scopes:
        raise BuyingIsPersonal(field="scopes")
    if count >= MOST_TOKENS:
        raise TooManyTokens(most=MOST_TOKENS)


def ends_at(terms: TokenTerms, now: datetime) -> datetime | None:
    return now + timedelta(days=terms.days) if terms.days else None


def narrowed(actor: Actor, scopes: Collection[str], organization_id: UUID | None) -> Actor:
    """The person as a token of these scopes may act: never for the market, and for that shop alone if it names one."""
    if not set(scopes) - {BUY}:
        return replace(actor, memberships=())
    kept = tuple(
        held for held in actor.memberships if held.kind != MARKET and organization_id in (None, held.organization_id)
    )
    return replace(actor, memberships=kept)


def of_shop(actor: Actor, organization_id: UUID) -> Actor:
    """The actor as a member of that one shop."""
    return narrowed(actor, (ORDERS_READ,), organization_id)
