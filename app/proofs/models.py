"""Seals over the books, where each journal is in them, which are on chain, and what looking them over found."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class Seal(Base):
    """A block of journals. `first_position`: how many were sealed before it. A trigger sees that each follows the one before.

    `horizon`: every journal of a transaction before this one of `cluster` (PostgreSQL's system identifier) is sealed.
    """

    __tablename__ = "seals"
    __table_args__ = (CheckConstraint("journals > 0", name="it_holds_journals"),)
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    journals: Mapped[int]
    first_position: Mapped[int]
    merkle_root: Mapped[bytes]
    previous_hash: Mapped[bytes]
    hash: Mapped[bytes] = mapped_column(unique=True)
    horizon: Mapped[int]
    cluster: Mapped[int]
    sealed_at: Mapped[datetime]


class JournalSeal(Base):
    """The place of a journal in its seal, counted from 0, and the hash of its words then."""

    __tablename__ = "journal_seals"
    __table_args__ = (
        UniqueConstraint("seal", "position"),
        CheckConstraint("position >= 0", name="position_is_counted"),
    )
    journal_id: Mapped[UUID] = mapped_column(ForeignKey("journals.id"), primary_key=True)
    seal: Mapped[int] = mapped_column(ForeignKey("seals.number"))
    position: Mapped[int]
    leaf: Mapped[bytes]


class Anchor(Base):
    """A seal's hash as a final log of LedgerAnchor has it. No reference to `seals`: the chain is right, whatever is there."""

    __tablename__ = "seal_anchors"
    __table_args__ = (UniqueConstraint("chain_id", "contract", "seal"),)
    id: Mapped[UuidPk]
    chain_id: Mapped[int]
    contract: Mapped[bytes]
    seal: Mapped[int] = mapped_column(index=True)
    seal_hash: Mapped[bytes]
    tx_hash: Mapped[bytes]
    block_number: Mapped[int]
    block_time: Mapped[datetime]
    recorded_at: Mapped[CreatedAt]


class BooksCheck(Base):
    """What a look over all seals found; `faults` are the first of them, in words."""

    __tablename__ = "books_checks"
    __table_args__ = (Index("ix_books_checks_checked_at_id", "checked_at", "id"),)
    id: Mapped[UuidPk]
    checked_at: Mapped[datetime]
    seals: Mapped[int]
    journals: Mapped[int]
    unsealed: Mapped[int]
    fault_count: Mapped[int]
    faults: Mapped[list[Any]] = mapped_column(JSONB)
