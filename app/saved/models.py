"""Kept settings."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class SavedReport(Base):
    """Of one person. `organization_id` is whose report it is; `first_day` and `last_day` are those that were shown when it was
    kept, which `days` = 'chosen' goes on meaning."""

    __tablename__ = "saved_reports"
    __table_args__ = (
        UniqueConstraint("user_id", "name"),
        UniqueConstraint("user_id", "form_token"),
        CheckConstraint("name <> ''", name="it_has_a_name"),
        CheckConstraint(
            "days IN ('this_month', 'last_month', 'seven_days', 'this_year', 'last_year', 'chosen')",
            name="days_are_known",
        ),
        CheckConstraint("first_day <= last_day", name="days_are_in_order"),
    )
    id: Mapped[UuidPk]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    form_token: Mapped[UUID]
    name: Mapped[str]
    report: Mapped[str]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    account: Mapped[str]
    days: Mapped[str]
    first_day: Mapped[date] = mapped_column(Date)
    last_day: Mapped[date] = mapped_column(Date)
    made_at: Mapped[CreatedAt]
