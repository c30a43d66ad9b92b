"""Requests to open a month again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class Reopening(Base):
    """One person asks with a reason, another one answers. Agreed to, it has the event that opened the month."""

    __tablename__ = "reopenings"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'agreed', 'refused', 'withdrawn', 'lapsed')", name="state_is_known"),
        CheckConstraint(r"period ~ '^\d{4}-(0[1-9]|1[0-2])$'", name="period_is_a_month"),
        CheckConstraint("reason <> ''", name="a_reason_is_given"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_when_answered"),
        CheckConstraint("(state = 'agreed') = (event_id IS NOT NULL)", name="agreed_is_an_event"),
        CheckConstraint(
            "state NOT IN ('agreed', 'refused') OR (decided_by IS NOT NULL AND decided_by <> asked_by)",
            name="another_one_answers",
        ),
        Index("ix_reopenings_asked", "period", unique=True, postgresql_where=text("state = 'asked'")),
        Index("ix_reopenings_period_asked_at", "period", "asked_at", "id"),
    )
    id: Mapped[UuidPk]
    form_token: Mapped[UUID] = mapped_column(unique=True)
    period: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="asked")
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[CreatedAt]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(server_default="")
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("period_events.id"))
