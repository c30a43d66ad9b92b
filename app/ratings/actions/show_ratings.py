"""Ratings that were hidden are there for everybody."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session, lazyload

from app.identity.models import Organization
from app.orders.actions.lock_order import lock_order
from app.orders.models import Order
from app.ratings.models import Rating
from app.ratings.rules import Side


def show(session: Session, ratings: Iterable[Rating], now: datetime) -> None:
    """Each once; a shop's record on its stall grows with it. The order must be locked."""
    for rating in ratings:
        if rating.shown_at is None:
            rating.shown_at = now
            if rating.side == Side.BUYER:
                _add_to_record(session, rating)
    session.flush()


def show_closed(session: Session, order_id: UUID, now: datetime) -> None:
    """The time to rate is over: whoever rated is heard, also alone. Twice is once."""
    lock_order(session, select(Order), order_id)
    over = select(Rating).where(Rating.order_id == order_id, Rating.closes_at <= now).options(lazyload(Rating.order))
    show(session, session.scalars(over).all(), now)


def _add_to_record(session: Session, rating: Rating) -> None:
    session.execute(
        update(Organization)
        .where(Organization.id == rating.organization_id)
        .values(rating_count=Organization.rating_count + 1, rating_stars=Organization.rating_stars + rating.stars)
    )
