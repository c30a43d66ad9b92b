"""What a token is made of and what it opens."""

import hashlib
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from app.access.errors import BooksAreTheMarkets, BuyingIsPersonal, NoScopes, TooManyTokens, UnusableTokenName
from app.errors import N_
from app.identity.actor import Actor, market_role
from app.identity.rules.roles import AUDITOR, BUYING_ROLES, MARKET, READING_BOOKS, SHOP_ROLES

ORDERS_READ, ORDERS_WRITE = "orders:read", "orders:write"
LISTINGS_READ, LISTINGS_WRITE = "listings:read", "listings:write"
BUY, REPORTS_READ, WEBHOOKS = "buy", "reports:read", "webhooks"
OFFERS, MESSAGES, VOUCHERS = "offers", "messages", "vouchers"
ACCOUNT, COMPANIES, CUSTOMERS = "account", "companies", "customers"
PAPERS, TERMS, WALLET = "papers", "terms", "wallet"
PEOPLE, SHOP, PAYOUTS, BANK = "people", "shop", "payouts", "bank"
BOOKS_READ = "books:read"
SCOPES: Mapping[str, str] = {
    ORDERS_READ: N_("See the orders of the shop"),
    ORDERS_WRITE: N_(
        "Ship orders, note that they arrived, give money back, answer returns, show evidence, and rate buyers"
    ),
    LISTINGS_READ: N_("See the goods of the shop, drafts too, and how it sends them"),
    LISTINGS_WRITE: N_("Add and change goods, prices, stock, pictures and ways of sending; close the shop for a while"),
    REPORTS_READ: N_("Read settlement reports"),
    CUSTOMERS: N_("See and change customer groups, price lists and who sees which goods of the shop"),
    VOUCHERS: N_("See, give out and stop the vouchers of the shop"),
    TERMS: N_("See which companies may pay later and what they owe; give, change and withdraw that"),
    OFFERS: N_("See, make, answer and take back offers, requests for quotes, quotes and deals"),
    MESSAGES: N_("Read and write messages, block who writes, and report messages and goods"),
    PEOPLE: N_("See who works for the shop; invite and remove people, change roles, and hand the shop over"),
    SHOP: N_("Open a shop; change what it says about itself; tell, confirm and send what its approval needs"),
    PAPERS: N_("See, send and remove the documents by which the market knows the shop"),
    WALLET: N_("Choose the wallet that the shop is paid to"),
    BANK: N_("See and change the bank account that the shop is paid to"),
    PAYOUTS: N_("See the money of the shop and its tax number; ask for the money to be paid to its bank account"),
    WEBHOOKS: N_("Choose which addresses are told what happens"),
    BUY: N_(
        "See what you bought, confirm that you have it, cancel it, send it back, report a problem, rate the shop, and fill your cart"
    ),
    ACCOUNT: N_("See and change your addresses, wish list, lists of goods and news"),
    COMPANIES: N_("Act for the companies you buy for: their people, limits, orders and approvals"),
    BOOKS_READ: N_("Read the books of the market: months, reports, journals, open items, seals and proofs"),
}
PERSONAL = frozenset({BUY, ACCOUNT, COMPANIES})
"""What a person does for themselves or for a company that buys: never with a token of a shop."""
OF_MARKET = frozenset({BOOKS_READ})
"""For who reads the books of the market, and never with a token of a shop."""
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


def offered_to(actor: Actor) -> dict[str, str]:
    """The scopes that a token of this person can have, each with its words for translators."""
    reads_books = market_role(actor, *READING_BOOKS)
    return {scope: words for scope, words in SCOPES.items() if reads_books or scope not in OF_MARKET}


def require_sound(terms: TokenTerms, actor: Actor, *, count: int) -> None:
    """`count` tokens the person has already.

    Raises UnusableTokenName, NoScopes, BuyingIsPersonal, BooksAreTheMarkets, TooManyTokens.
    """
    if not 1 <= len(terms.name) <= LONGEST_NAME:
        raise UnusableTokenName(field="name")
    if not terms.scopes or not set(terms.scopes) <= offered_to(actor).keys():
        raise NoScopes(field="scopes")
    if terms.organization_id is not None and PERSONAL & set(terms.scopes):
        raise BuyingIsPersonal(field="scopes")
    if terms.organization_id is not None and OF_MARKET & set(terms.scopes):
        raise BooksAreTheMarkets(field="scopes")
    if count >= MOST_TOKENS:
        raise TooManyTokens(most=MOST_TOKENS)


def ends_at(terms: TokenTerms, now: datetime) -> datetime | None:
    return now + timedelta(days=terms.days) if terms.days else None


def narrowed(actor: Actor, scopes: Collection[str], organization_id: UUID | None) -> Actor:
    """The person as a token of these scopes may act: never for the market, and for that shop alone if it names one.

    For a company that buys only with the scope that says so, for a shop only with one that is of shops.
    """
    roles = (SHOP_ROLES if set(scopes) - PERSONAL - OF_MARKET else frozenset()) | (
        BUYING_ROLES if COMPANIES in scopes else frozenset()
    )
    kept = tuple(
        held
        for held in actor.memberships
        if held.kind != MARKET and held.role in roles and organization_id in (None, held.organization_id)
    )
    return replace(actor, memberships=kept)


def as_reader(actor: Actor, scopes: Collection[str]) -> Actor:
    """The person as a token of these scopes reads the books: as an auditor, who changes nothing, whatever the role is."""
    may = BOOKS_READ in scopes and market_role(actor, *READING_BOOKS)
    kept = tuple(replace(held, role=AUDITOR) for held in actor.memberships if may and held.kind == MARKET)
    return replace(actor, memberships=kept)


def of_shop(actor: Actor, organization_id: UUID) -> Actor:
    """The actor as a member of that one shop."""
    return narrowed(actor, (ORDERS_READ,), organization_id)
