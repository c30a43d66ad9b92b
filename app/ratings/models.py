"""Ratings, one for each side of an order."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, CreatedAt, UuidPk
from app.orders.models import Order


class Rating(Base):
    """What one side says of the other. `shown_at` is empty while the other side may still be writing blind."""

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("order_id", "side"),
        CheckConstraint("side IN ('buyer','seller')", name="side_is_known"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars_are_one_to_five"),
        CheckConstraint("length(text) <= 1000", name="text_is_short"),
        Index("ix_ratings_hidden", "closes_at", postgresql_where="shown_at IS NULL"),
        Index("ix_ratings_of_shop", "organization_id", "shown_at", "id", postgresql_where="side = 'buyer'"),
        Index("ix_ratings_of_buyer", "buyer_id", postgresql_where="side = 'seller'"),
    )
    id: Mapped[UuidPk]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    buyer_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    side: Mapped[str]
    stars: Mapped[int]
    text: Mapped[str] = mapped_column(server_default="")
    given_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    given_at: Mapped[CreatedAt]
    closes_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]
    order: Mapped[Order] = relationship(lazy="joined", innerjoin=True)
