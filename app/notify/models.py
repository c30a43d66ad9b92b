"""Mails the market has written, news for people with an account, and which mails they do without."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class OutgoingMail(Base):
    """Written in the transaction of the fact it tells; delivered by a job. `key` makes a fact tell once.

    `stop_link`: the page on which its reader says that no more of these are wanted.
    """

    __tablename__ = "outgoing_mails"
    __table_args__ = (Index("ix_outgoing_mails_due", "due_at", "id", postgresql_where=text("sent_at IS NULL")),)
    id: Mapped[UuidPk]
    key: Mapped[str] = mapped_column(unique=True)
    recipient: Mapped[str] = mapped_column(index=True)
    locale: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    created_at: Mapped[CreatedAt]
    due_at: Mapped[CreatedAt]
    attempts: Mapped[int] = mapped_column(server_default="0")
    last_error: Mapped[str] = mapped_column(server_default="")
    sent_at: Mapped[datetime | None]
    stop_link: Mapped[str | None]


class Notification(Base):
    """One line of news for one person. `key` makes a fact tell once; `link` is a path of this site.

    `values` as `rules.kept` writes them; the words are those of `kind`, in the language of whoever looks.
    """

    __tablename__ = "notifications"
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index("ix_notifications_user_id_created_at_id", "user_id", "created_at", "id"),
        Index("ix_notifications_unread", "user_id", postgresql_where=text("read_at IS NULL")),
        Index("ix_notifications_unread_link", "link", postgresql_where=text("read_at IS NULL")),
        Index("ix_notifications_created_at", "created_at"),
    )
    id: Mapped[UuidPk]
    user_id: Mapped[UUID]
    key: Mapped[str]
    kind: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    link: Mapped[str]
    created_at: Mapped[CreatedAt]
    read_at: Mapped[datetime | None]


class MailStop(Base):
    """A person does without the mails of one topic."""

    __tablename__ = "mail_stops"
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[CreatedAt]
