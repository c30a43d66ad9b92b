"""Runs, what they found, what of it is open, and what people did about it. All but the open ones is append-only."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, SmallInteger, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, BaseUnits, CreatedAt, UuidPk


class MatchRun(Base):
    """One look. The next one begins at its watermarks: `xid` for journals, `seen_until` for what came from outside."""

    __tablename__ = "match_runs"
    __table_args__ = (Index("ix_match_runs_began_at_id", "began_at", "id"),)
    id: Mapped[UuidPk]
    began_at: Mapped[datetime]
    is_whole: Mapped[bool]
    xid: Mapped[int]
    seen_until: Mapped[datetime]


class MatchOutcome(Base):
    """What a run found of an item, or what people decided. The newest one counts; `difference`: what the world has more
    than the books, in the asset's smallest unit."""

    __tablename__ = "match_outcomes"
    __table_args__ = (
        CheckConstraint("state IN ('matched','waiting','open','resolved','gone')", name="state_is_known"),
        CheckConstraint("(state = 'matched') = (rule IS NOT NULL)", name="matched_by_a_rule"),
        CheckConstraint("(state IN ('matched','gone')) = (reason IS NULL)", name="otherwise_a_reason"),
        Index("ix_match_outcomes_item", "family", "reference", "sequence"),
        Index("ix_match_outcomes_run_id", "run_id"),
    )
    sequence: Mapped[int] = mapped_column(Identity(), primary_key=True)
    run_id: Mapped[UUID | None] = mapped_column(ForeignKey("match_runs.id"))
    family: Mapped[str]
    reference: Mapped[str]
    state: Mapped[str]
    rule: Mapped[int | None] = mapped_column(SmallInteger)
    reason: Mapped[str | None]
    asset: Mapped[str]
    outside: Mapped[int | None] = mapped_column(BaseUnits)
    booked: Mapped[int | None] = mapped_column(BaseUnits)
    paper: Mapped[int | None] = mapped_column(BaseUnits)
    difference: Mapped[int] = mapped_column(BaseUnits)
    since: Mapped[datetime]
    journal_id: Mapped[UUID | None]
    detail: Mapped[str] = mapped_column(server_default="")
    found_at: Mapped[CreatedAt]


class MatchBankName(Base):
    """What an entry of the bank account, or a line of a statement, is called: those of one name belong together.

    Kept so that a run need not look at all of them; it can be worked out anew from what they are made of.
    """

    __tablename__ = "match_bank_names"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    is_entry: Mapped[bool]
    name: Mapped[str] = mapped_column(index=True)


class MatchException(Base):
    """An item that once did not match: open, merely waiting for time that it still has, or closed again."""

    __tablename__ = "match_exceptions"
    __table_args__ = (
        UniqueConstraint("family", "reference"),
        CheckConstraint("state IN ('open','waiting','closed')", name="state_is_known"),
        Index("ix_match_exceptions_open", "since", "id", postgresql_where=text("state <> 'closed'")),
        Index("ix_match_exceptions_assignee_id", "assignee_id"),
    )
    id: Mapped[UuidPk]
    family: Mapped[str]
    reference: Mapped[str]
    outcome: Mapped[int] = mapped_column(ForeignKey("match_outcomes.sequence"), index=True)
    state: Mapped[str]
    reason: Mapped[str]
    asset: Mapped[str]
    difference: Mapped[int] = mapped_column(BaseUnits)
    since: Mapped[datetime]
    opened_at: Mapped[datetime]
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


class MatchNote(Base):
    """What somebody wrote about an exception, with a file if there is evidence; whom it was given to."""

    __tablename__ = "match_notes"
    __table_args__ = (
        CheckConstraint("(file_name IS NULL) = (file IS NULL)", name="file_has_a_name"),
        Index("ix_match_notes_exception_id_at", "exception_id", "at", "id"),
    )
    id: Mapped[UuidPk]
    form_token: Mapped[UUID] = mapped_column(unique=True)
    exception_id: Mapped[UUID] = mapped_column(ForeignKey("match_exceptions.id"))
    kind: Mapped[str]
    text: Mapped[str] = mapped_column(server_default="")
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    file_name: Mapped[str | None]
    file: Mapped[bytes | None] = mapped_column(deferred=True)
    written_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[CreatedAt]


class MatchLink(Base):
    """Two references that are one, as two people decided: what came under `reference` belongs to `other_reference`."""

    __tablename__ = "match_links"
    family: Mapped[str] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(primary_key=True)
    other_reference: Mapped[str]
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("match_proposals.id"), unique=True)


class MatchProposal(Base):
    """How one person would resolve an exception; `lines` is the journal as it was shown. Another person answers."""

    __tablename__ = "match_proposals"
    __table_args__ = (
        CheckConstraint("state IN ('asked','agreed','refused','withdrawn')", name="state_is_known"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="answered_at"),
        CheckConstraint(
            "state NOT IN ('agreed','refused') OR (decided_by IS NOT NULL AND decided_by <> asked_by)",
            name="another_one_answers",
        ),
        CheckConstraint("state = 'agreed' OR journal_id IS NULL", name="booked_once_agreed"),
        CheckConstraint("kind = 'link' OR state <> 'agreed' OR journal_id IS NOT NULL", name="agreed_is_booked"),
        Index("ix_match_proposals_asked", "exception_id", unique=True, postgresql_where=text("state = 'asked'")),
        Index("ix_match_proposals_exception_id_asked_at", "exception_id", "asked_at", "id"),
    )
    id: Mapped[UuidPk]
    form_token: Mapped[UUID] = mapped_column(unique=True)
    exception_id: Mapped[UUID] = mapped_column(ForeignKey("match_exceptions.id"))
    outcome: Mapped[int] = mapped_column(ForeignKey("match_outcomes.sequence"), index=True)
    kind: Mapped[str]
    other_reference: Mapped[str | None]
    lines: Mapped[list[Any]] = mapped_column(JSONB)
    note: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="asked")
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    asked_at: Mapped[CreatedAt]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(server_default="")
    journal_id: Mapped[UUID | None] = mapped_column(ForeignKey("journals.id"))
