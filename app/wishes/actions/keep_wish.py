"""Putting goods on the wish list and taking them off."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.catalog.errors import ListingNotFound
from app.catalog.models import Listing
from app.catalog.queries.shelf import on_sale
from app.identity.models import User
from app.wishes.errors import WishListIsFull
from app.wishes.models import Wish

MOST = 200


def keep_wish(session: Session, user_id: UUID, slug: str, *, now: datetime) -> None:
    """At the price of now; twice is once, with the first price. Raises ListingNotFound, WishListIsFull."""
    session.get_one(User, user_id, with_for_update={"key_share": True})  # one list at a time, so that it stays counted
    row = session.execute(
        on_sale(select(Listing.id, Listing.price_usd_cents)).where(Listing.slug == slug)
    ).one_or_none()
    if row is None:
        raise ListingNotFound
    others = select(func.count()).where(Wish.user_id == user_id, Wish.listing_id != row.id)
    if (session.scalar(others) or 0) >= MOST:
        raise WishListIsFull(most=MOST)
    session.execute(
        upsert(Wish)
        .values(user_id=user_id, listing_id=row.id, price_usd_cents=row.price_usd_cents, created_at=now)
        .on_conflict_do_nothing(index_elements=["user_id", "listing_id"])
    )


def drop_wish(session: Session, user_id: UUID, slug: str) -> None:
    """Twice is once."""
    listing = select(Listing.id).where(Listing.slug == slug).scalar_subquery()
    session.execute(delete(Wish).where(Wish.user_id == user_id, Wish.listing_id == listing))


def forget_wishes(session: Session, user_id: UUID) -> None:
    """All of them."""
    session.execute(delete(Wish).where(Wish.user_id == user_id))
