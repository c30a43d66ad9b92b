"""Reading wishes and what was seen. Only goods that are on show are found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.catalog.models import Listing, Variant
from app.catalog.queries.shelf import Card, card_of, cards
from app.db.paging import Page, fetch_page
from app.money.amounts import Money, usd
from app.wishes.models import Wish

PAGE = 24


@dataclass(frozen=True)
class Wished:
    """Goods on the list: their card of today, what they cost when they were put there, and what can be had at once."""

    card: Card
    before: Money
    variant_id: UUID | None

    @property
    def is_cheaper(self) -> bool:
        return self.card.price_usd < self.before

    @property
    def is_dearer(self) -> bool:
        return self.before < self.card.price_usd


def wish_page(session: Session, user_id: UUID, *, cursor: str | None, size: int = PAGE) -> Page[Wished]:
    """The newest first, in one query. `variant_id` is the first one with enough in stock."""
    first = (
        select(Variant.id)
        .where(
            Variant.listing_id == Listing.id,
            ~Variant.is_retired,
            Variant.stock - Variant.reserved >= Listing.min_quantity,
        )
        .order_by(Variant.position, Variant.id)
        .limit(1)
        .correlate(Listing)
        .scalar_subquery()
    )
    query = (
        cards()
        .join(Wish, Wish.listing_id == Listing.id)
        .where(Wish.user_id == user_id)
        .add_columns(
            Wish.created_at, Wish.id.label("wish_id"), Wish.price_usd_cents.label("before"), first.label("first")
        )
    )
    order: list[Any] = [Wish.created_at, Wish.id]
    page = fetch_page(session, query, order=order, descending=True, cursor=cursor, size=size)
    return Page([Wished(card_of(row), usd(row.before), row.first) for row in page.rows], page.next_cursor)


def is_wished(session: Session, user_id: UUID, listing_id: UUID) -> bool:
    return bool(session.scalar(select(exists().where(Wish.user_id == user_id, Wish.listing_id == listing_id))))


def wished_slugs(session: Session, user_id: UUID) -> Sequence[str]:
    """For the hearts of a list."""
    return session.scalars(
        select(Listing.slug).join(Wish, Wish.listing_id == Listing.id).where(Wish.user_id == user_id)
    ).all()


def seen_cards(session: Session, numbers: Collection[int]) -> list[Card]:
    """The goods of these numbers in their order; what is no longer on show is left out."""
    if not numbers:
        return []
    rows = session.execute(cards().add_columns(Listing.number).where(Listing.number.in_(numbers)))
    by_number = {row.number: card_of(row) for row in rows}
    return [by_number[number] for number in numbers if number in by_number]
