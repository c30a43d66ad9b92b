"""The audit log."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class AuditEntry(Base):
    """One privileged act. Append-only by trigger."""

    __tablename__ = "audit_entries"
    id: Mapped[UuidPk]
    at: Mapped[CreatedAt]
    actor_id: Mapped[UUID | None] = mapped_column(index=True)
    action: Mapped[str]
    subject_id: Mapped[UUID | None] = mapped_column(index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
