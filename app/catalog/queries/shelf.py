"""Lists of goods: a category, a search, a shop. One question and its page of cards."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    cast,
    func,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from app.catalog.models import TITLE_WORDS, BoughtTogether, Category, Listing, Variant
from app.catalog.queries.private import on_sale_to
from app.catalog.search import tsquery
from app.db.paging import Page, fetch_page
from app.db.together import at_once
from app.identity.models import Organization
from app.identity.rules.shops import SHOWN
from app.media.models import Picture
from app.money.amounts import Money, usd
from app.pricing.queries import Buyer

SORTS = ("newest", "price_up", "price_down", "relevance")
PAGE_SIZE = 24
_WORDS = frozenset({"words"})
MOST_RANKED = 300
"""Goods that a search puts in order of relevance: twelve pages. Whoever wants more sorts otherwise, or says more."""


@dataclass(frozen=True)
class Shelf:
    """What is asked for. Empty values do not narrow; prices are US cents, both ends included.

    With a `buyer` the private goods of their groups are found too: such an answer is theirs alone and is never kept.
    """

    category_id: UUID | None = None
    organization_id: UUID | None = None
    words: str = ""
    country: str = ""
    condition: str = ""
    price_from: int | None = None
    price_to: int | None = None
    in_stock: bool = False
    sort: str = "newest"
    buyer: Buyer | None = None

    @property
    def asks_words(self) -> bool:
        return tsquery(self.words) is not None


@dataclass(frozen=True)
class Card:
    """What a list shows of one listing. `titles` per language; the page picks. `lowest`: in a larger quantity."""

    id: UUID
    slug: str
    titles: dict[str, str]
    price: Money
    price_usd: Money
    lowest: Money | None
    lowest_usd: Money | None
    unit: str
    min_quantity: int
    condition: str
    picture: str | None
    picture_alt: str
    tint: str
    seller_name: str
    seller_slug: str
    place: str
    country: str
    published_at: datetime | None
    is_closed: bool


_CARD_COLUMNS = (
    Listing.id,
    Listing.slug,
    Listing.titles,
    Listing.price_minor,
    Listing.currency,
    Listing.price_usd_cents,
    Listing.lowest_minor,
    Listing.lowest_usd_cents,
    Listing.unit,
    Listing.min_quantity,
    Listing.condition,
    Listing.published_at,
    Picture.sha256,
    Picture.alt,
    Category.tint,
    Organization.name,
    Organization.slug.label("seller_slug"),
    Organization.place,
    Organization.country,
    Organization.status.label("shop_status"),
)


@cache  # a statement never changes, and putting this one together takes longer than to run it
def cards() -> Select[*tuple[Any, ...]]:
    """Cards of everything that everybody sees, in no order yet."""
    return on_sale(_all_cards())


@cache
def _all_cards() -> Select[*tuple[Any, ...]]:
    return (
        select(*_CARD_COLUMNS)
        .join(Category, Category.id == Listing.category_id)
        .outerjoin(Picture, Picture.id == Listing.picture_id)
    )


def on_sale(query: Select[*tuple[Any, ...]], buyer: Buyer | None = None) -> Select[*tuple[Any, ...]]:
    """Published goods of approved shops, also of those that are closed for a while; private ones for their buyers."""
    return query.join(Organization, Organization.id == Listing.organization_id).where(
        on_sale_to(buyer), Organization.status.in_(SHOWN)
    )


def goods_before_approval(session: Session, organization_id: UUID, *, cursor: str | None = None) -> Page[Card]:
    """What a shop is going to sell, newest first, for those who may see the shop already. Raises BadCursor."""
    query = (
        select(*_CARD_COLUMNS)
        .join(Category, Category.id == Listing.category_id)
        .outerjoin(Picture, Picture.id == Listing.picture_id)
        .join(Organization, Organization.id == Listing.organization_id)
        .where(Listing.organization_id == organization_id, Listing.status == "active")
    )
    order = [Listing.published_at, Listing.id]
    page = fetch_page(session, query, order=order, descending=True, cursor=cursor, size=PAGE_SIZE)
    return Page([card_of(row) for row in page.rows], page.next_cursor)


def card_of(row: Any) -> Card:
    return Card(
        id=row.id,
        slug=row.slug,
        titles=row.titles,
        price=Money(row.price_minor, row.currency),
        price_usd=usd(row.price_usd_cents),
        lowest=Money(row.lowest_minor, row.currency) if row.lowest_minor is not None else None,
        lowest_usd=usd(row.lowest_usd_cents) if row.lowest_usd_cents is not None else None,
        unit=row.unit,
        min_quantity=row.min_quantity,
        condition=row.condition,
        picture=row.sha256,
        picture_alt=row.alt or "",
        tint=row.tint,
        seller_name=row.name,
        seller_slug=row.seller_slug,
        place=row.place,
        country=row.country,
        published_at=row.published_at,
        is_closed=row.shop_status == "paused",
    )


def shelf_page(session: Session, shelf: Shelf, *, cursor: str | None = None, size: int = PAGE_SIZE) -> Page[Card]:
    """One page of cards, one query. Raises BadCursor. A search that holds no word finds nothing."""
    if shelf.words and not shelf.asks_words:
        return Page([], None)
    all_of_it = on_sale(_all_cards(), shelf.buyer) if shelf.buyer else cards()
    order, descending = _order(shelf)
    if shelf.sort == "relevance" and shelf.asks_words:
        found = _ranked(shelf)
        query = all_of_it.add_columns(order[0]).join(found, found.c.id == Listing.id)
    else:
        query = narrowed(all_of_it, shelf)
    page = fetch_page(session, query, order=order, descending=descending, cursor=cursor, size=size)
    return Page([card_of(row) for row in page.rows], page.next_cursor)


def newest_and_together(
    session: Session, listing: Listing, buyer: Buyer | None, *, newest: int, together: int
) -> tuple[list[Card], list[Card]]:
    """Cards of the newest goods of the same shop, and of what was bought together with these, most often first. One query."""
    shown = on_sale(_all_cards(), buyer) if buyer else cards()
    of_shop = shown.where(Listing.organization_id == listing.organization_id)
    beside = cards().join(BoughtTogether, BoughtTogether.other_id == Listing.id)
    news, others = at_once(
        session,
        of_shop.order_by(Listing.published_at.desc(), Listing.id.desc()).limit(_readable(newest)),
        beside.where(BoughtTogether.listing_id == listing.id).order_by(BoughtTogether.rank).limit(_readable(together)),
    )
    return [card_of(row) for row in news], [card_of(row) for row in others]


def _readable(most: int) -> BindParameter[int]:
    """A limit that PostgreSQL plans with: of one that comes later it expects a tenth of all rows."""
    return bindparam(None, most, Integer, literal_execute=True)


def narrowed(
    query: Select[*tuple[Any, ...]], shelf: Shelf, *, leave_out: frozenset[str] = frozenset()
) -> Select[*tuple[Any, ...]]:
    """`query` with the shelf's conditions, except those on the named fields."""
    for field, condition in _conditions(shelf).items():
        if field not in leave_out:
            query = query.where(condition)
    return query


def _conditions(shelf: Shelf) -> dict[str, ColumnElement[bool]]:
    found: dict[str, ColumnElement[bool]] = {}
    if shelf.category_id:
        found["category"] = Listing.category_id == shelf.category_id
    if shelf.organization_id:
        found["organization"] = Listing.organization_id == shelf.organization_id
    if shelf.asks_words:
        found["words"] = Listing.search.bool_op("@@")(_asked(shelf))
    if shelf.country:
        found["country"] = Organization.country == shelf.country
    if shelf.condition:
        found["condition"] = Listing.condition == shelf.condition
    if shelf.price_from is not None:
        found["price_from"] = Listing.price_usd_cents >= shelf.price_from
    if shelf.price_to is not None:
        found["price_to"] = Listing.price_usd_cents <= shelf.price_to
    if shelf.in_stock:
        found["in_stock"] = has_stock()
    return found


def has_stock() -> ColumnElement[bool]:
    """Some variant has at least the listing's smallest quantity free."""
    enough = Variant.stock - Variant.reserved >= Listing.min_quantity
    return (
        select(Variant.id)
        .where(Variant.listing_id == Listing.id, ~Variant.is_retired, enough)
        .correlate(Listing)
        .exists()
    )


def _ranked(shelf: Shelf) -> CTE:
    """The goods that are put in order: those with all words in the title, then others, as many as are ranked at all.

    Found before anything is joined: how many they will be is beyond what the planner can know.
    """
    fitting = narrowed(on_sale(select(Listing.id), shelf.buyer), shelf, leave_out=_WORDS).limit(MOST_RANKED)
    titled = fitting.where(TITLE_WORDS.bool_op("@@")(_asked(shelf)))
    others = fitting.where(Listing.search.bool_op("@@")(_asked(shelf)))
    both = union_all(titled.subquery().select(), others.subquery().select()).limit(MOST_RANKED).subquery()
    return select(both.c.id).distinct().cte("ranked").prefix_with("MATERIALIZED")


def _asked(shelf: Shelf) -> ColumnElement[Any]:
    return cast(tsquery(shelf.words), TSQUERY)


def _order(shelf: Shelf) -> tuple[list[Any], bool]:
    """Sort columns, the id last, and whether they descend."""
    if shelf.sort == "relevance" and shelf.asks_words:
        # As an integer: a cursor that went through text must still compare equal.
        rank = func.round(func.ts_rank(Listing.search, _asked(shelf)) * 1_000_000)
        return [cast(rank, BigInteger).label("rank"), Listing.id], True
    if shelf.sort in {"price_up", "price_down"}:
        return [Listing.price_usd_cents, Listing.id], shelf.sort == "price_down"
    return [Listing.published_at, Listing.id], True
