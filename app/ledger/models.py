"""The books. Journals are append-only and balanced per asset by the database itself (see the migration's triggers)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, FetchedValue, ForeignKey, Identity, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, BaseUnits, CreatedAt, UuidPk


class Asset(Base):
    """What amounts are counted in; `exponent` is how many decimals of one make the smallest unit."""

    __tablename__ = "assets"
    __table_args__ = (CheckConstraint("exponent BETWEEN 0 AND 18", name="exponent_is_sane"),)
    code: Mapped[str] = mapped_column(primary_key=True)
    exponent: Mapped[int] = mapped_column(SmallInteger)


class LedgerAccount(Base):
    """One account in one asset; `owner_id` splits it per order, seller or address where the chart says so."""

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        UniqueConstraint("number", "owner_id", "asset", postgresql_nulls_not_distinct=True),
        CheckConstraint("natural_side IN (1, -1)", name="natural_side_is_debit_or_credit"),
    )
    id: Mapped[UuidPk]
    number: Mapped[str]
    owner_id: Mapped[UUID | None]
    asset: Mapped[str] = mapped_column(ForeignKey("assets.code"))
    natural_side: Mapped[int]
    may_go_negative: Mapped[bool] = mapped_column(server_default=text("true"))


class Journal(Base):
    """One balanced entry. `key` makes it happen once; `payload_hash` refuses the same key with another content.

    `effective_at` is when it happened, `booked_at` the moment whose month it counts in: the same, unless it came late for
    a closed month, which `late_for` then names. PostgreSQL works out `booked_at`, `period` and `late_for`.
    """

    __tablename__ = "journals"
    __table_args__ = (
        Index("ix_journals_order_id", "order_id", postgresql_where=text("order_id IS NOT NULL")),
        Index("ix_journals_effective_at_id", "effective_at", "id"),
        Index("ix_journals_booked_at_id", "booked_at", "id"),
        Index("ix_journals_late_for", "late_for", postgresql_where=text("late_for IS NOT NULL")),
        Index(
            "ix_journals_organization_id_effective_at",
            "organization_id",
            "effective_at",
            "id",
            postgresql_where=text("organization_id IS NOT NULL"),
        ),
        Index("ix_journals_reverses_id", "reverses_id", unique=True, postgresql_where=text("reverses_id IS NOT NULL")),
        Index("ix_journals_xid_sequence", "xid", "sequence"),
        Index("ix_journals_stripe_id", "stripe_id", postgresql_where=text("stripe_id IS NOT NULL")),
        Index("ix_journals_tx_hash", "tx_hash", postgresql_where=text("tx_hash IS NOT NULL")),
        Index(
            "ix_journals_by_hand",
            "sequence",
            postgresql_where=text(
                "event IN ('capital_paid_in', 'capital_paid_out', 'opening_balances', 'carried_paid',"
                " 'carried_received', 'gas_bought', 'bank_difference', 'exchange_difference', 'float_bought',"
                " 'float_sold', 'float_revalued')"
            ),
        ),
    )
    id: Mapped[UuidPk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    key: Mapped[str] = mapped_column(unique=True)
    event: Mapped[str]
    effective_at: Mapped[datetime]
    posted_at: Mapped[CreatedAt]
    is_adjustment: Mapped[bool] = mapped_column(server_default=text("false"))
    booked_at: Mapped[datetime] = mapped_column(server_default=FetchedValue())
    period: Mapped[str] = mapped_column(server_default=FetchedValue())
    late_for: Mapped[str | None]
    payload_hash: Mapped[bytes]
    order_id: Mapped[UUID | None]
    organization_id: Mapped[UUID | None]
    stripe_id: Mapped[str | None]
    chain_id: Mapped[int | None]
    block_number: Mapped[int | None]
    block_hash: Mapped[bytes | None]
    tx_hash: Mapped[bytes | None]
    log_index: Mapped[int | None]
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("journals.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    xid: Mapped[int] = mapped_column(server_default=text("pg_current_xact_id()::text::bigint"))
    postings: Mapped[list["Posting"]] = relationship(order_by="Posting.line")


class Posting(Base):
    """A line: debit positive, credit negative, in the asset's smallest unit."""

    __tablename__ = "postings"
    __table_args__ = (CheckConstraint("amount <> 0", name="amount_is_not_zero"),)
    journal_id: Mapped[UUID] = mapped_column(ForeignKey("journals.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_accounts.id"), index=True)
    amount: Mapped[int] = mapped_column(BaseUnits)
    account: Mapped[LedgerAccount] = relationship(lazy="joined")


class AccountBalance(Base):
    """Running signed balance (debit positive), kept by trigger when the transaction that posts ends."""

    __tablename__ = "account_balances"
    account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_accounts.id"), primary_key=True)
    balance: Mapped[int] = mapped_column(BaseUnits, server_default="0")
