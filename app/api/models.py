"""Answers kept for callers that send the same request twice."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, SmallInteger, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class StoredAnswer(Base):
    """What `caller` was answered under `key`, and the fingerprint of what it had sent."""

    __tablename__ = "stored_answers"
    __table_args__ = (
        UniqueConstraint("caller", "key"),
        CheckConstraint("octet_length(fingerprint) = 32", name="fingerprint_is_sha256"),
        CheckConstraint("length(key) BETWEEN 1 AND 255", name="key_has_a_sane_length"),
        Index("ix_stored_answers_expires_at", "expires_at"),
    )
    id: Mapped[UuidPk]
    caller: Mapped[str]
    key: Mapped[str]
    fingerprint: Mapped[bytes]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    body: Mapped[bytes | None]
    content_type: Mapped[str | None]
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
