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
    """Asked by the seller; the token is burned on approval; the bank pays; each step is booked.

    `kept_cents` of it the market keeps for chargebacks; one with a `claim_id` is kept whole, and the market made it.
    """

    __tablename__ = "redemptions"
    __table_args__ = (
        UniqueConstraint("form_token"),
        CheckConstraint("amount_cents > 0", name="amount_is_positive"),
        CheckConstraint("amount_units = amount_cents * 10000", name="units_are_whole_cents"),
        CheckConstraint("state IN ('requested','burning','burned','paid','returned','refused')", name="state_is_known"),
        CheckConstraint("kept_cents BETWEEN 0 AND amount_cents", name="kept_is_a_part"),
        CheckConstraint("claim_id IS NULL OR state <> 'refused'", name="what_is_kept_is_not_refused"),
        CheckConstraint("returned_count >= 0", name="returns_are_counted"),
        CheckConstraint(
            "state <> 'returned' OR (returned_count > 0 AND bank_file_id IS NULL AND paid_at IS NULL)",
            name="returned_is_in_no_file",
        ),
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
    kept_cents: Mapped[int] = mapped_column(server_default="0")
    claim_id: Mapped[UUID | None] = mapped_column(ForeignKey("chargeback_claims.id"), index=True)
    returned_count: Mapped[int] = mapped_column(server_default="0")
    organization: Mapped[Organization] = relationship(lazy="select")

    @property
    def to_bank_cents(self) -> int:
        return self.amount_cents - (self.kept_cents or 0)

    @property
    def attempt(self) -> int:
        """Which payment of it is the one that is to be made, or was made last."""
        return (self.returned_count or 0) + 1


class PayoutReturn(Base):
    """A payment of a bank file that did not reach the seller. Nothing changes or takes one back.

    `cents` were to be paid to `bank_account`. Of one that came back after it was paid, `back_cents` came, by the bank's
    line where a statement with it was taken in, and by the reference; of one the bank never took no money moved.
    """

    __tablename__ = "payout_returns"
    __table_args__ = (
        UniqueConstraint("redemption_id", "attempt"),
        UniqueConstraint("bank_line_id"),
        CheckConstraint("attempt > 0", name="attempts_are_counted"),
        CheckConstraint("cents > 0", name="amount_is_positive"),
        CheckConstraint("kind IN ('came_back','not_taken')", name="kind_is_known"),
        CheckConstraint("back_cents BETWEEN 1 AND cents", name="what_came_is_a_part"),
        CheckConstraint("(kind = 'came_back') = (back_cents IS NOT NULL)", name="came_back_as_money"),
        CheckConstraint("(kind = 'came_back') = (reference_key IS NOT NULL)", name="bank_has_a_reference"),
        CheckConstraint("bank_line_id IS NULL OR kind = 'came_back'", name="only_money_has_a_line"),
        CheckConstraint("reason <> ''", name="seller_is_told_why"),
        Index("uq_payout_returns_reference_key", "reference_key", unique=True, postgresql_where="bank_line_id IS NULL"),
    )
    id: Mapped[UuidPk]
    redemption_id: Mapped[UUID] = mapped_column(ForeignKey("redemptions.id"))
    attempt: Mapped[int]
    bank_file_id: Mapped[UUID] = mapped_column(ForeignKey("bank_files.id"), index=True)
    bank_account: Mapped[dict[str, Any]] = mapped_column(JSONB)
    kind: Mapped[str]
    cents: Mapped[int]
    back_cents: Mapped[int | None]
    bank_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("bank_lines.id"))
    bank_reference: Mapped[str | None]
    reference_key: Mapped[str | None]
    reason: Mapped[str]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    created_at: Mapped[CreatedAt]


class CommissionReturn(Base):
    """Commission given back for goods that came back after their release. Nothing changes or takes one back.

    `came_back_units` of the order the seller gave the buyer back; `fee_units` of commission, `vat_units` of them VAT, are
    the seller's again. `transfer` is the chain's mark of their way.
    """

    __tablename__ = "commission_returns"
    __table_args__ = (
        CheckConstraint("came_back_units > 0", name="something_came_back"),
        CheckConstraint("fee_units > 0", name="something_is_given_back"),
        CheckConstraint("vat_units BETWEEN 0 AND fee_units", name="vat_is_a_part"),
        CheckConstraint("reason <> ''", name="there_is_a_reason"),
    )
    id: Mapped[UuidPk]
    order_id: Mapped[UUID] = mapped_column(index=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    form_token: Mapped[UUID] = mapped_column(unique=True)
    came_back_units: Mapped[int] = mapped_column(BaseUnits)
    fee_units: Mapped[int] = mapped_column(BaseUnits)
    vat_units: Mapped[int] = mapped_column(BaseUnits)
    reason: Mapped[str]
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    transfer: Mapped[bytes] = mapped_column(unique=True)
    created_at: Mapped[CreatedAt]


class ChargebackClaim(Base):
    """What the chargeback of an order may cost the seller that was paid for it: at most what it got.

    Life: held (the card's bank decides, then the market), owed (the market asks for it), settled; or dropped.
    `settled_cents` follow the steps.
    """

    __tablename__ = "chargeback_claims"
    __table_args__ = (
        UniqueConstraint("stripe_dispute_id", "order_id"),
        CheckConstraint("cents > 0", name="amount_is_positive"),
        CheckConstraint("settled_cents BETWEEN 0 AND cents", name="settled_fits"),
        CheckConstraint("state IN ('held','owed','settled','dropped')", name="state_is_known"),
        CheckConstraint("(state = 'settled') = (settled_cents = cents)", name="settled_is_all_of_it"),
        CheckConstraint("state IN ('owed','settled') OR settled_cents = 0", name="only_what_is_owed_is_settled"),
        CheckConstraint("state NOT IN ('owed','settled') OR decided_by IS NOT NULL", name="somebody_decided"),
        Index("ix_chargeback_claims_organization_id", "organization_id", "created_at"),
        Index("ix_chargeback_claims_open", "created_at", "id", postgresql_where="state IN ('held','owed')"),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    order_id: Mapped[UUID] = mapped_column(index=True)
    stripe_dispute_id: Mapped[str] = mapped_column(ForeignKey("card_disputes.stripe_dispute_id"))
    cents: Mapped[int]
    settled_cents: Mapped[int] = mapped_column(server_default="0")
    state: Mapped[str] = mapped_column(server_default="held")
    reason: Mapped[str | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]

    @property
    def left_cents(self) -> int:
        return self.cents - self.settled_cents


class ClaimStep(Base):
    """What was kept of a payout, came by bank or was given up of a claim. Nothing changes or takes one back."""

    __tablename__ = "claim_steps"
    __table_args__ = (
        CheckConstraint("cents > 0", name="amount_is_positive"),
        CheckConstraint("kind IN ('kept','received','given_up')", name="kind_is_known"),
        CheckConstraint("(kind = 'kept') = (redemption_id IS NOT NULL)", name="kept_of_a_payout"),
        CheckConstraint("(kind = 'received') = (reference_key IS NOT NULL)", name="bank_has_a_reference"),
        UniqueConstraint("claim_id", "redemption_id"),
    )
    id: Mapped[UuidPk]
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("chargeback_claims.id"))
    kind: Mapped[str]
    cents: Mapped[int]
    redemption_id: Mapped[UUID | None] = mapped_column(ForeignKey("redemptions.id"), index=True)
    bank_reference: Mapped[str | None]
    reference_key: Mapped[str | None] = mapped_column(unique=True)
    reason: Mapped[str | None]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime]
    created_at: Mapped[CreatedAt]
