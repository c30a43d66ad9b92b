"""Tie-outs as they were found: pages show the newest, an auditor reads all. Append-only."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, UuidPk


class TieOutRun(Base):
    """One comparison of Stripe, ledger and chain; `content` is what `phsar books tie-out --json` prints."""

    __tablename__ = "tie_out_runs"
    __table_args__ = (Index("ix_tie_out_runs_checked_at_id", "checked_at", "id"),)
    id: Mapped[UuidPk]
    checked_at: Mapped[datetime]
    block_number: Mapped[int]
    block_hash: Mapped[bytes]
    ties: Mapped[bool]
    finding_count: Mapped[int]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
