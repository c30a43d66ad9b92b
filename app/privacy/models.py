"""Copies of people's data, made by a job and kept for a few days."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class DataExport(Base):
    """One copy, of an account or of a guest's checkout. `content` is the ZIP; it goes when the copy expires.

    Kept here and not with the pictures: every web process can hand it out, and a backup is as whole as the rest.
    """

    __tablename__ = "data_exports"
    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, order_group_id) = 1", name="one_subject"),
        CheckConstraint("state IN ('waiting','making','ready','expired')", name="state_is_known"),
        CheckConstraint("(state = 'ready') = (content IS NOT NULL)", name="content_when_ready"),
    )
    id: Mapped[UuidPk]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    order_group_id: Mapped[UUID | None] = mapped_column(ForeignKey("order_groups.id"), index=True)
    locale: Mapped[str]
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    parts_done: Mapped[int] = mapped_column(server_default="0")
    requested_at: Mapped[CreatedAt]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    content: Mapped[bytes | None] = mapped_column(deferred=True)
