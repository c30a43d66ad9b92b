"""Redemption: released units become money at the seller's bank."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, BaseUnits, CreatedAt, UuidPk
from app.identity.models import Organization


class BankFile(Base):
    """One file of payment orders the operator gave to the bank."""

    __tablename__ = "bank_files"
    id: Mapped[UuidPk]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[CreatedAt]
    paid_at: Mapped[datetime | None]
    bank_reference: Mapped[str | None]
    reference_key: Mapped[str | None] = mapped_column(unique=True)


class Redemption(Base):
    """Asked by the seller; the token is burned on approval; the bank pays; each step is booked."""

    __tablename__ = "redemptions"
    __table_args__ = (
        UniqueConstraint("form_token"),
        CheckConstraint("amount_cents > 0", name="amount_is_positive"),
        CheckConstraint("amount_units = amount_cents * 10000", name="units_are_whole_cents"),
        CheckConstraint("state IN ('requested','burning','burned','paid','refused')", name="state_is_known"),
        Index("ix_redemptions_state", "state", "requested_at", "id"),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    form_token: Mapped[UUID]
    amount_units: Mapped[int] = mapped_column(BaseUnits)
    amount_cents: Mapped[int]
    bank_account: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(server_default="requested")
    requested_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    requested_at: Mapped[CreatedAt]
    approved_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    burned_at: Mapped[datetime | None]
    bank_file_id: Mapped[UUID | None] = mapped_column(ForeignKey("bank_files.id"), index=True)
    paid_at: Mapped[datetime | None]
    refusal: Mapped[str | None]
    organization: Mapped[Organization] = relationship(lazy="select")
