"""Requests to turn a journal back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class Reversal(Base):
    """One person asks with a reason, another one answers. Agreed to, it has the journal that turns the other one back.

    A trigger refuses a journal that turns another one back, unless that was booked by hand, or this or the resolution of
    an exception was agreed to.
    """

    __tablename__ = "journal_reversals"
    __table_args__ = (
        CheckConstraint("state IN ('asked', 'agreed', 'refused', 'withdrawn')", name="state_is_known"),
        CheckConstraint("reason <> ''", name="a_reason_is_given"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_when_answered"),
        CheckConstraint("(state = 'agreed') = (reversal_id IS NOT NULL)", name="agreed_is_a_journal"),
        CheckConstraint(
            "state NOT IN ('agreed', 'refused') OR (decided_by IS NOT NULL AND decided_by <> asked_by)",
            name="another_one_answers",
        ),
        Index(
            "uq_journal_reversals_standing",
            "journal_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'agreed')"),
        ),
        Index("ix_journal_reversals_asked_at", "asked_at", "id"),
    )
    id: Mapped[UuidPk]
    form_token: Mapped[UUID] = mapped_column(unique=True)
    journal_id: Mapped[UUID] = mapped_column(ForeignKey("journals.id"))
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="asked")
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[CreatedAt]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(server_default="")
    reversal_id: Mapped[UUID | None] = mapped_column(ForeignKey("journals.id"), unique=True)
