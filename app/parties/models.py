"""What shops have shown of themselves, and the history of what was decided."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class Dossier(Base):
    """All that one shop has told. `version` grows with every change, so that nobody decides about what has changed since."""

    __tablename__ = "dossiers"
    __table_args__ = (
        CheckConstraint("review IN ('open','sent','more','accepted','rejected')", name="review_is_known"),
        CheckConstraint("(attested_version IS NULL) = (attested_at IS NULL)", name="attested_with_its_time"),
        Index("ix_dossiers_sent", "sent_at", "organization_id", postgresql_where=text("review = 'sent'")),
    )
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    review: Mapped[str] = mapped_column(server_default="open")
    kind: Mapped[str]
    version: Mapped[int] = mapped_column(server_default="1")
    legal_name: Mapped[str] = mapped_column(server_default="")
    registration_number: Mapped[str] = mapped_column(server_default="")
    tax_number: Mapped[str] = mapped_column(server_default="")
    numbers_told_at: Mapped[datetime | None]
    attested_version: Mapped[str | None]
    attested_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    attested_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(server_default="")
    sent_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class Paper(Base):
    """A document. The file is in the private storage under `key`; `name` is only what its owner called it."""

    __tablename__ = "papers"
    __table_args__ = (
        CheckConstraint("kind IN ('registration','identity','tax','bank','other')", name="kind_is_known"),
        CheckConstraint("media_type IN ('application/pdf','image/jpeg','image/png')", name="media_type_is_known"),
        CheckConstraint("byte_count > 0", name="is_not_empty"),
        Index("ix_papers_organization_id_uploaded_at", "organization_id", "uploaded_at"),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    kind: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    byte_count: Mapped[int]
    sha256: Mapped[str]
    key: Mapped[str] = mapped_column(unique=True)
    form_token: Mapped[UUID] = mapped_column(unique=True)
    uploaded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    uploaded_at: Mapped[CreatedAt]


class ShopEvent(Base):
    """One line of a shop's history. Append-only by trigger; `actor_id` is nobody where the market acted by itself."""

    __tablename__ = "shop_events"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('sent','changed','asked_more','approved','rejected','suspended','lifted')", name="kind_is_known"
        ),
        Index("ix_shop_events_organization_id_at", "organization_id", "at", "id"),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    kind: Mapped[str]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[str] = mapped_column(server_default="")
    at: Mapped[CreatedAt]


class ShopLook(Base):
    """How a shop's name looks to a reader: equal ones are hard to tell apart (`rules.looks.skeleton`)."""

    __tablename__ = "shop_looks"
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    skeleton: Mapped[str] = mapped_column(index=True)
