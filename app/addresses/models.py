"""Addresses of accounts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class SavedAddress(Base):
    """`address` has the parts of `app.web.addresses`, with name and country; `key` tells one from another."""

    __tablename__ = "saved_addresses"
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index("uq_saved_addresses_default", "user_id", unique=True, postgresql_where=text("is_default")),
    )
    id: Mapped[UuidPk]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    key: Mapped[bytes]
    address: Mapped[dict[str, str]] = mapped_column(JSONB)
    is_default: Mapped[bool] = mapped_column(server_default=text("false"))
    created_at: Mapped[CreatedAt]
    used_at: Mapped[datetime | None]
