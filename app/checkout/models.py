"""The cart: what somebody means to buy. Prices are never stored here; they are read live."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import Variant
from app.db.base import Base, CreatedAt, UuidPk


class Cart(Base):
    """Found by a random token in a cookie; taken over by the account that signs in.

    `draft` keeps what was typed in checkout (contact, address, shipping) until the order is paid; `voucher_ids`, what was
    put in to lower the price.
    """

    __tablename__ = "carts"
    id: Mapped[UuidPk]
    token: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    draft: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    voucher_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    lines: Mapped[list["CartLine"]] = relationship(
        order_by="CartLine.added_at", lazy="selectin", cascade="all, delete-orphan"
    )


class CartLine(Base):
    """`added_by` is the form and the quantity that were last added: sent again, they add nothing."""

    __tablename__ = "cart_lines"
    __table_args__ = (
        UniqueConstraint("cart_id", "variant_id"),
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
    )
    id: Mapped[UuidPk]
    cart_id: Mapped[UUID] = mapped_column(ForeignKey("carts.id"))
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id"), index=True)
    quantity: Mapped[int]
    added_by: Mapped[UUID | None]
    added_at: Mapped[CreatedAt]
    variant: Mapped[Variant] = relationship(lazy="joined")
