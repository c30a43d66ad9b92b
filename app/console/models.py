"""Alarms: what the machines could not mend, kept from when it began until it was gone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, UuidPk


class Alarm(Base):
    """One cause, raised once. `facts` are the figures of its sentence, as last seen; it is open until `cleared_at`."""

    __tablename__ = "alarms"
    __table_args__ = (
        Index("uq_alarms_open", "kind", unique=True, postgresql_where="cleared_at IS NULL"),
        Index("ix_alarms_raised_at_id", "raised_at", "id"),
    )
    id: Mapped[UuidPk]
    kind: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    raised_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
