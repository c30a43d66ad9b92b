"""Files of reports, and schedules that ask for them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk

FORMAT_IS_KNOWN = "format IN ('csv', 'xlsx', 'pdf', 'camt053', 'xero', 'quickbooks', 'beancount', 'hledger', 'parquet')"


class ReportSchedule(Base):
    """Each day or month one file for its recipients, until somebody stops it or nobody is left who may read it."""

    __tablename__ = "report_schedules"
    __table_args__ = (
        UniqueConstraint("made_by", "form_token"),
        CheckConstraint(FORMAT_IS_KNOWN, name="format_is_known"),
        CheckConstraint("every IN ('day', 'month')", name="every_is_known"),
        Index("ix_report_schedules_due", "due_at", "id", postgresql_where=text("ended_at IS NULL")),
        Index("ix_report_schedules_organization_id_made_at_id", "organization_id", "made_at", "id"),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    report: Mapped[str]
    format: Mapped[str]
    every: Mapped[str]
    locale: Mapped[str]
    made_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    form_token: Mapped[UUID]
    made_at: Mapped[CreatedAt]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ReportRecipient(Base):
    """Somebody a schedule writes to."""

    __tablename__ = "report_recipients"
    schedule_id: Mapped[UUID] = mapped_column(ForeignKey("report_schedules.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), primary_key=True, index=True)


class ReportFile(Base):
    """One report of some days, asked for by a person or by a schedule. Its bytes stand in the storage under `file_key`.

    `lines` is how many it will have, where that is known; `problem` is a code of `rules.PROBLEMS`.
    """

    __tablename__ = "report_files"
    __table_args__ = (
        UniqueConstraint("user_id", "form_token"),
        UniqueConstraint("schedule_id", "first_day", "last_day"),
        CheckConstraint("num_nonnulls(user_id, schedule_id) = 1", name="somebody_asked"),
        CheckConstraint("(user_id IS NULL) = (form_token IS NULL)", name="people_ask_by_form"),
        CheckConstraint(FORMAT_IS_KNOWN, name="format_is_known"),
        CheckConstraint("state IN ('waiting', 'making', 'ready', 'refused', 'expired')", name="state_is_known"),
        CheckConstraint(
            "state <> 'ready' OR num_nonnulls(file_key, byte_count, sha256, ready_at, expires_at) = 5",
            name="ready_is_whole",
        ),
        CheckConstraint("(state = 'refused') = (problem <> '')", name="refused_says_why"),
        CheckConstraint("first_day <= last_day", name="days_are_in_order"),
        CheckConstraint("octet_length(sha256) = 32", name="sha256_is_whole"),
        Index("ix_report_files_user_id_asked_at_id", "user_id", "asked_at", "id"),
        Index("ix_report_files_kept", "expires_at", postgresql_where=text("file_key IS NOT NULL")),
        Index("ix_report_files_under_way", "asked_at", postgresql_where=text("state IN ('waiting', 'making')")),
    )
    id: Mapped[UuidPk]
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    schedule_id: Mapped[UUID | None] = mapped_column(ForeignKey("report_schedules.id"))
    form_token: Mapped[UUID | None]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    report: Mapped[str]
    account: Mapped[str] = mapped_column(server_default="")
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    format: Mapped[str]
    locale: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="waiting")
    lines_done: Mapped[int] = mapped_column(server_default="0")
    lines: Mapped[int | None]
    problem: Mapped[str] = mapped_column(server_default="")
    asked_at: Mapped[CreatedAt]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    file_key: Mapped[str | None] = mapped_column(unique=True)
    byte_count: Mapped[int | None]
    sha256: Mapped[bytes | None]
