"""Threads of messages between a buyer and a shop, their files, and who wants no more of them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, CreatedAt, UuidPk
from app.identity.models import Organization


class Thread(Base):
    """Between one buyer and one shop about one subject: `subject_ref` is the goods' slug or the order's number.

    `*_seen` is the number of the last message that side has seen, `*_mailed` that of the last one it got a mail about.
    A guest's thread has no `buyer_id`; it is always about an order.
    """

    __tablename__ = "message_threads"
    __table_args__ = (
        CheckConstraint("kind IN ('listing','order')", name="kind_is_known"),
        CheckConstraint("kind = 'order' OR buyer_id IS NOT NULL", name="goods_are_asked_about_by_accounts"),
        Index("uq_message_threads_order", "subject_id", unique=True, postgresql_where=text("kind = 'order'")),
        Index(
            "uq_message_threads_listing",
            "subject_id",
            "buyer_id",
            unique=True,
            postgresql_where=text("kind = 'listing'"),
        ),
        Index("ix_message_threads_buyer", "buyer_id", "last_at", "id"),
        Index("ix_message_threads_shop", "organization_id", "last_at", "id"),
    )
    id: Mapped[UuidPk]
    kind: Mapped[str]
    subject_id: Mapped[UUID]
    subject_ref: Mapped[str]
    subject_titles: Mapped[dict[str, str]]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    buyer_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    buyer_name: Mapped[str] = mapped_column(server_default="")
    started_at: Mapped[CreatedAt]
    last_sequence: Mapped[int] = mapped_column(server_default="0")
    last_at: Mapped[CreatedAt]
    buyer_seen: Mapped[int] = mapped_column(server_default="0")
    buyer_seen_at: Mapped[datetime | None]
    buyer_mailed: Mapped[int] = mapped_column(server_default="0")
    shop_seen: Mapped[int] = mapped_column(server_default="0")
    shop_seen_at: Mapped[datetime | None]
    shop_mailed: Mapped[int] = mapped_column(server_default="0")
    closed_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    organization: Mapped[Organization] = relationship(lazy="select")


class Message(Base):
    """`sequence` counts per thread. `author_id` is the person who typed it: the shop's members know which, the buyer not."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("thread_id", "sequence"),
        UniqueConstraint("form_token"),
        CheckConstraint("side IN ('buyer','shop')", name="side_is_known"),
    )
    id: Mapped[UuidPk]
    thread_id: Mapped[UUID] = mapped_column(ForeignKey("message_threads.id"))
    sequence: Mapped[int]
    side: Mapped[str]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    body: Mapped[str]
    form_token: Mapped[UUID]
    sent_at: Mapped[CreatedAt]
    warned_at: Mapped[datetime | None]


class MessageFile(Base):
    """A picture, written anew, or a PDF as it was sent. `preview` is the small picture.

    Kept here and not with the pictures of goods, which anybody may see: who may not read the message finds no file.
    """

    __tablename__ = "message_files"
    __table_args__ = (
        UniqueConstraint("message_id", "position"),
        CheckConstraint("kind IN ('picture','pdf')", name="kind_is_known"),
        CheckConstraint("(kind = 'picture') = (preview IS NOT NULL)", name="pictures_have_a_preview"),
    )
    id: Mapped[UuidPk]
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"))
    position: Mapped[int]
    kind: Mapped[str]
    name: Mapped[str]
    bytes_count: Mapped[int]
    width: Mapped[int] = mapped_column(server_default="0")
    height: Mapped[int] = mapped_column(server_default="0")
    content: Mapped[bytes] = mapped_column(deferred=True)
    preview: Mapped[bytes | None] = mapped_column(deferred=True)


class Block(Base):
    """`side` wants no messages from the other: of a person, or of a guest's one thread."""

    __tablename__ = "message_blocks"
    __table_args__ = (
        UniqueConstraint("organization_id", "user_id", "thread_id", "side", postgresql_nulls_not_distinct=True),
        CheckConstraint("num_nonnulls(user_id, thread_id) = 1", name="one_buyer"),
        CheckConstraint("side IN ('buyer','shop')", name="side_is_known"),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    thread_id: Mapped[UUID | None] = mapped_column(ForeignKey("message_threads.id"), index=True)
    side: Mapped[str]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[CreatedAt]


class Report(Base):
    """One side minds a message of the other; somebody of the market decides, once."""

    __tablename__ = "message_reports"
    __table_args__ = (
        UniqueConstraint("message_id"),
        CheckConstraint("reason IN ('abuse','fraud','spam','private','other')", name="reason_is_known"),
        CheckConstraint("state IN ('open','dismissed','warned','closed')", name="state_is_known"),
        CheckConstraint("(state = 'open') = (decided_at IS NULL)", name="decided_when_not_open"),
        Index("ix_message_reports_state", "state", "reported_at", "id"),
    )
    id: Mapped[UuidPk]
    message_id: Mapped[UUID] = mapped_column(ForeignKey("messages.id"))
    reporter_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[str]
    text: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="open")
    reported_at: Mapped[CreatedAt]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    message: Mapped[Message] = relationship(lazy="joined", innerjoin=True)
