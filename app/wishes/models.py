"""Wishes of accounts."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class Wish(Base):
    """Goods an account means to come back to; `price_usd_cents` is what they cost when they were put on the list."""

    __tablename__ = "wishes"
    __table_args__ = (
        UniqueConstraint("user_id", "listing_id"),
        CheckConstraint("price_usd_cents >= 0", name="price_is_not_negative"),
        Index("ix_wishes_newest", "user_id", "created_at", "id"),
    )
    id: Mapped[UuidPk]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"), index=True)
    price_usd_cents: Mapped[int]
    created_at: Mapped[CreatedAt]
