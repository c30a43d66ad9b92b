"""Taking a person out of ratings: the stars stay, for they are another's record; the words and who wrote them go."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.ratings.models import Rating


def forget_ratings(session: Session, order_ids: Collection[UUID]) -> None:
    """Of these orders, what buyer and seller wrote to each other, and which accounts they were."""
    session.execute(update(Rating).where(Rating.order_id.in_(order_ids)).values(text="", given_by=None, buyer_id=None))
