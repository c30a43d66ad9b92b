"""Addresses that are told, and what they were told."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class WebhookEndpoint(Base):
    """An address of a shop. `busy_until`: a worker is asking it; `failing_since`: the first of the tries that failed.

    The signing secret is derived from the id and `secret_version`; the one before signs too until `overlap_until`.
    """

    __tablename__ = "webhook_endpoints"
    __table_args__ = (
        UniqueConstraint("form_token"),
        CheckConstraint("disabled_why IN ('by_hand','failing','gone')", name="why_is_known"),
        CheckConstraint("(disabled_at IS NULL) = (disabled_why IS NULL)", name="off_has_a_reason"),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    url: Mapped[str]
    kinds: Mapped[list[str]]
    form_token: Mapped[UUID]
    secret_version: Mapped[int] = mapped_column(server_default="1")
    overlap_until: Mapped[datetime | None]
    busy_until: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    disabled_why: Mapped[str | None]
    created_at: Mapped[CreatedAt]


class WebhookDelivery(Base):
    """One event for one endpoint; `body` is sent byte for byte, and `key` makes a fact heard twice one delivery."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "key"),
        CheckConstraint("state IN ('waiting','taken','failed')", name="state_is_known"),
        Index("ix_webhook_deliveries_due", "due_at", "id", postgresql_where="state = 'waiting'"),
        Index("ix_webhook_deliveries_log", "endpoint_id", "id"),
        Index("ix_webhook_deliveries_created_at", "created_at"),
    )
    id: Mapped[UuidPk]
    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    kind: Mapped[str]
    key: Mapped[str]
    body: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="waiting")
    attempts: Mapped[int] = mapped_column(server_default="0")
    tries: Mapped[int] = mapped_column(server_default="0")
    due_at: Mapped[CreatedAt]
    last_tried_at: Mapped[datetime | None]
    last_status: Mapped[int | None] = mapped_column(SmallInteger)
    last_answer: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[CreatedAt]
