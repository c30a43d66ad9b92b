"""Statements as they came, and their lines. Append-only: what a bank said stays said."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class BankStatement(Base):
    """One file; `sha256` makes it one however often it is sent. `new_count` of its lines were in no file before."""

    __tablename__ = "bank_statements"
    __table_args__ = (
        CheckConstraint("octet_length(sha256) = 32", name="hash_is_whole"),
        CheckConstraint("account <> ''", name="account_is_named"),
        CheckConstraint("first_on <= last_on", name="days_are_in_order"),
        CheckConstraint("new_count BETWEEN 0 AND line_count", name="new_ones_are_some_of_them"),
        Index("ix_bank_statements_kept_at_id", "kept_at", "id"),
        Index("ix_bank_statements_account_last_on", "account", "last_on"),
    )
    id: Mapped[UuidPk]
    sha256: Mapped[bytes] = mapped_column(unique=True)
    format: Mapped[str]
    account: Mapped[str]
    currency: Mapped[str]
    file_name: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    first_on: Mapped[date]
    last_on: Mapped[date]
    opening_minor: Mapped[int | None]
    closing_minor: Mapped[int | None]
    line_count: Mapped[int]
    new_count: Mapped[int]
    kept_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    kept_at: Mapped[CreatedAt]


class BankLine(Base):
    """A line of the first file that had it. Equal lines of one file are told apart by `occurrence`."""

    __tablename__ = "bank_lines"
    __table_args__ = (
        UniqueConstraint("content_hash", "occurrence"),
        CheckConstraint("octet_length(content_hash) = 32", name="hash_is_whole"),
        CheckConstraint("occurrence > 0", name="occurrence_is_counted"),
        CheckConstraint("amount_minor <> 0", name="amount_is_not_zero"),
        Index("ix_bank_lines_statement_id_place", "statement_id", "place"),
    )
    id: Mapped[UuidPk]
    statement_id: Mapped[UUID] = mapped_column(ForeignKey("bank_statements.id"))
    place: Mapped[int]
    account: Mapped[str]
    booked_on: Mapped[date]
    value_on: Mapped[date | None]
    amount_minor: Mapped[int]
    currency: Mapped[str]
    reference: Mapped[str]
    reference_key: Mapped[str] = mapped_column(index=True)
    description: Mapped[str]
    balance_minor: Mapped[int | None]
    content_hash: Mapped[bytes]
    occurrence: Mapped[int]
    kept_at: Mapped[CreatedAt]
