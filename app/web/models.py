"""What web processes must agree on."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class RateCount(Base):
    """How often one visitor has tried one thing since the first try of the running window."""

    __tablename__ = "rate_counts"
    __table_args__ = (Index("ix_rate_counts_ends_at", "ends_at"), {"prefixes": ["UNLOGGED"]})
    key: Mapped[bytes] = mapped_column(primary_key=True)  # SHA-256: who it was is not kept
    hits: Mapped[int]
    ends_at: Mapped[datetime]
