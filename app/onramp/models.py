"""Card payments as an event log, and Stripe's own money movements as immutable raw rows."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class CardPayment(Base):
    """One hosted checkout of one order group. Its state is what Stripe last said, never what the browser said."""

    __tablename__ = "card_payments"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("state IN ('open','succeeded','expired')", name="state_is_known"),
        UniqueConstraint("order_group_id", "attempt"),
    )
    id: Mapped[UuidPk]
    order_group_id: Mapped[UUID]
    attempt: Mapped[int] = mapped_column(server_default="1")
    amount_minor: Mapped[int]
    currency: Mapped[str]
    email: Mapped[str] = mapped_column(server_default="")
    locale: Mapped[str] = mapped_column(server_default="en")
    state: Mapped[str] = mapped_column(server_default="open")
    session_id: Mapped[str | None] = mapped_column(unique=True)
    session_url: Mapped[str | None]
    payment_intent_id: Mapped[str | None] = mapped_column(unique=True)
    charge_id: Mapped[str | None] = mapped_column(unique=True)
    card_brand: Mapped[str | None]
    card_last4: Mapped[str | None]
    last_decline: Mapped[str | None]
    expires_at: Mapped[datetime]
    succeeded_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class WebhookEvent(Base):
    """A webhook as it arrived, once per Stripe event id; handling it is a job that can be repeated."""

    __tablename__ = "webhook_events"
    __table_args__ = (
        Index("ix_webhook_events_received_at", "received_at", "stripe_event_id"),
        Index("ix_webhook_events_unhandled", "received_at", "stripe_event_id", postgresql_where="handled_at IS NULL"),
    )
    stripe_event_id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    created: Mapped[datetime]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    received_at: Mapped[CreatedAt]
    handled_at: Mapped[datetime | None]
    problem: Mapped[str | None]


class CardRefund(Base):
    """Money going back to a card; `key`, from the second `attempt` on with its number, is Stripe's idempotency key.

    `refusal_code` is Stripe's own word for why it never will. What no card took (`failed`) is
    paid by bank in the end, unless a lost chargeback has paid it.
    """

    __tablename__ = "card_refunds"
    __table_args__ = (
        Index("ix_card_refunds_failed", "created_at", "id", postgresql_where="state = 'failed'"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint(
            "state IN ('planned','succeeded','failed','paid_by_bank','charged_back')", name="state_is_known"
        ),
        CheckConstraint("(state = 'paid_by_bank') = (reference_key IS NOT NULL)", name="bank_has_a_reference"),
    )
    id: Mapped[UuidPk]
    key: Mapped[str] = mapped_column(unique=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("card_payments.id"), index=True)
    order_id: Mapped[UUID | None] = mapped_column(index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="planned")
    stripe_refund_id: Mapped[str | None] = mapped_column(unique=True)
    problem: Mapped[str | None]
    refusal_code: Mapped[str | None]
    attempt: Mapped[int] = mapped_column(server_default="1")
    bank_reference: Mapped[str | None]
    reference_key: Mapped[str | None] = mapped_column(unique=True)
    created_at: Mapped[CreatedAt]
    settled_at: Mapped[datetime | None]


class CardDispute(Base):
    """A chargeback as Stripe reports it."""

    __tablename__ = "card_disputes"
    __table_args__ = (
        Index(
            "ix_card_disputes_running",
            "opened_at",
            "stripe_dispute_id",
            postgresql_where="status NOT IN ('won', 'lost', 'warning_closed')",
        ),
    )
    stripe_dispute_id: Mapped[str] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("card_payments.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reason: Mapped[str]
    status: Mapped[str]
    opened_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class StripeBalanceTransaction(Base):
    """A row of Stripe's own ledger, immutable. `booked_at` tells whether its journal was written."""

    __tablename__ = "stripe_balance_transactions"
    id: Mapped[str] = mapped_column(primary_key=True)
    type: Mapped[str]
    reporting_category: Mapped[str]
    source_id: Mapped[str | None] = mapped_column(index=True)
    amount: Mapped[int]
    fee: Mapped[int]
    net: Mapped[int]
    currency: Mapped[str]
    created: Mapped[datetime]
    available_on: Mapped[datetime]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    ingested_at: Mapped[CreatedAt] = mapped_column(index=True)
    booked_at: Mapped[datetime | None]


class StripeRetelling(Base):
    """What Stripe told otherwise later of a balance transaction that is kept; nothing: it denies it. The newest counts.

    The view `stripe_transactions_now` is every transaction as Stripe tells it now.
    """

    __tablename__ = "stripe_retellings"
    __table_args__ = (
        CheckConstraint("num_nulls(amount, fee, net, currency) IN (0, 4)", name="told_whole_or_denied"),
        Index("ix_stripe_retellings_transaction_id_sequence", "transaction_id", "sequence"),
        Index("ix_stripe_retellings_told_at", "told_at"),
    )
    sequence: Mapped[int] = mapped_column(Identity(), primary_key=True)
    transaction_id: Mapped[str] = mapped_column(ForeignKey("stripe_balance_transactions.id"))
    amount: Mapped[int | None]
    fee: Mapped[int | None]
    net: Mapped[int | None]
    currency: Mapped[str | None]
    told_at: Mapped[CreatedAt]


class StripePayout(Base):
    """Money Stripe sends to the bank. `itemized_at`: since when its parts are kept, which Stripe tells of automatic ones."""

    __tablename__ = "stripe_payouts"
    id: Mapped[str] = mapped_column(primary_key=True)
    amount: Mapped[int]
    currency: Mapped[str]
    status: Mapped[str]
    automatic: Mapped[bool]
    arrival_date: Mapped[datetime]
    created: Mapped[datetime]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    booked_at: Mapped[datetime | None]
    itemized_at: Mapped[datetime | None] = mapped_column(index=True)


class StripePayoutPart(Base):
    """A balance transaction that a payout pays out, with its net as Stripe told it there."""

    __tablename__ = "stripe_payout_parts"
    payout_id: Mapped[str] = mapped_column(ForeignKey("stripe_payouts.id"), primary_key=True)
    transaction_id: Mapped[str] = mapped_column(primary_key=True)
    net: Mapped[int]


class BankReceipt(Base):
    """Money a buyer sent to the market's bank account, booked by the operator; tokens go to the buyer's wallet for it."""

    __tablename__ = "bank_receipts"
    __table_args__ = (
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        Index("ix_bank_receipts_received_at", "received_at", "id"),
    )
    id: Mapped[UuidPk]
    bank_reference: Mapped[str]
    reference_key: Mapped[str] = mapped_column(unique=True)
    payer_name: Mapped[str]
    wallet_address: Mapped[bytes]
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(server_default="USD")
    received_at: Mapped[datetime]
    recorded_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[CreatedAt]
