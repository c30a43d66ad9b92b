"""Reading ratings. What is still hidden is seen by who wrote it, and by nobody else."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from app.db.paging import Page, fetch_page
from app.ratings.models import Rating
from app.ratings.rules import Record, Side

SIZE = 20


def ratings_of_order(session: Session, order_id: UUID, reader: Side) -> dict[Side, Rating]:
    """The reader's own rating, and the other side's once it is shown."""
    rows = session.scalars(select(Rating).where(Rating.order_id == order_id).options(lazyload(Rating.order)))
    return {Side(row.side): row for row in rows if Side(row.side) is reader or row.shown_at is not None}


def shop_ratings(
    session: Session, organization_id: UUID, *, cursor: str | None = None, size: int = SIZE
) -> Page[Rating]:
    """What buyers say of a shop, newest first. Raises BadCursor."""
    query = select(Rating.id, Rating.stars, Rating.text, Rating.shown_at).where(
        Rating.organization_id == organization_id, Rating.side == Side.BUYER, Rating.shown_at.is_not(None)
    )
    return fetch_page(session, query, order=[Rating.shown_at, Rating.id], descending=True, cursor=cursor, size=size)


def buyer_record(session: Session, buyer_id: UUID | None) -> Record:
    """What sellers say of a buyer who has an account; a guest has no record."""
    if buyer_id is None:
        return Record(0, 0)
    counted = select(func.count(), func.coalesce(func.sum(Rating.stars), 0)).where(
        Rating.buyer_id == buyer_id, Rating.side == Side.SELLER, Rating.shown_at.is_not(None)
    )
    count, stars = session.execute(counted).one()
    return Record(int(count), int(stars))


def closed_unshown(session: Session, now: datetime, *, most: int = 500) -> Sequence[UUID]:
    """Orders with a rating whose time is over and that nobody sees yet."""
    query = select(Rating.order_id).where(Rating.shown_at.is_(None), Rating.closes_at <= now)
    return session.scalars(query.order_by(Rating.closes_at, Rating.id).limit(most)).all()
