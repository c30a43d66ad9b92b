"""Which months of the books take entries. The row of `books` follows the events; triggers of migration 0039 see to it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BaseUnits, CreatedAt, UuidPk


class Books(Base):
    """The one row: before `soft_closed_through` only adjustments are taken, before `closed_through` nothing."""

    __tablename__ = "books"
    __table_args__ = (
        CheckConstraint("id = 1", name="there_is_one"),
        CheckConstraint(
            "closed_through IS NULL OR closed_through <= soft_closed_through", name="closed_after_soft_closed"
        ),
    )
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, server_default=text("1"))
    time_zone: Mapped[str]
    soft_closed_through: Mapped[datetime | None]
    closed_through: Mapped[datetime | None]


class PeriodEvent(Base):
    """A month was closed for entries (`soft_closed`), closed for good (`closed`) or opened again by two people.

    `period` is a month as `2026-10` in the books' time zone, `through` its end. `time_zone` moves the cut-offs, while
    nothing is closed. Append-only.
    """

    __tablename__ = "period_events"
    __table_args__ = (
        CheckConstraint("kind IN ('time_zone', 'soft_closed', 'closed', 'reopened')", name="kind_is_known"),
        CheckConstraint("(kind = 'time_zone') = (period IS NULL)", name="a_period_is_named"),
        CheckConstraint(r"period ~ '^\d{4}-(0[1-9]|1[0-2])$'", name="period_is_a_month"),
        CheckConstraint("kind = 'time_zone' OR actor_id IS NOT NULL", name="somebody_did_it"),
        CheckConstraint(
            "kind <> 'reopened' OR (second_actor_id IS NOT NULL AND second_actor_id <> actor_id AND reason <> '')",
            name="two_people_reopen",
        ),
    )
    id: Mapped[UuidPk]
    at: Mapped[CreatedAt]
    kind: Mapped[str]
    period: Mapped[str | None]
    time_zone: Mapped[str | None]
    through: Mapped[datetime | None]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    second_actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[str] = mapped_column(server_default="")


class PeriodSnapshot(Base):
    """The trial balance of a month as it was closed for good; the next `version` after it was opened and closed again.

    `hash` is the SHA-256 of its lines as text (`app.ledger.snapshots`). Triggers of migration 0040 write it. Append-only.
    """

    __tablename__ = "period_snapshots"
    __table_args__ = (
        UniqueConstraint("period", "version"),
        UniqueConstraint("event_id"),
        CheckConstraint("octet_length(hash) = 32", name="hash_is_whole"),
        Index("ix_period_snapshots_through_version", "through", "version"),
    )
    id: Mapped[UuidPk]
    period: Mapped[str]
    version: Mapped[int]
    event_id: Mapped[UUID] = mapped_column(ForeignKey("period_events.id"))
    through: Mapped[datetime]
    taken_at: Mapped[CreatedAt]
    line_count: Mapped[int]
    hash: Mapped[bytes]


class PeriodBalance(Base):
    """One account in a snapshot, debit positive: what it began with, what moved, what it ended with."""

    __tablename__ = "period_balances"
    __table_args__ = (
        CheckConstraint("closing = opening + debits - credits", name="it_adds_up"),
        CheckConstraint("debits >= 0 AND credits >= 0", name="sides_are_positive"),
    )
    snapshot_id: Mapped[UUID] = mapped_column(ForeignKey("period_snapshots.id"), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_accounts.id"), primary_key=True, index=True)
    opening: Mapped[int] = mapped_column(BaseUnits)
    debits: Mapped[int] = mapped_column(BaseUnits)
    credits: Mapped[int] = mapped_column(BaseUnits)
    closing: Mapped[int] = mapped_column(BaseUnits)
