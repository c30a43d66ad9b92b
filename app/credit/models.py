"""What sellers let companies owe, and what is owed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class CreditGrant(Base):
    """A seller lets a company pay `days` after ordering, up to `limit_cents` unpaid at once. `note` is the seller's own.

    Lowered or paused, it holds for new orders only.
    """

    __tablename__ = "credit_grants"
    __table_args__ = (
        UniqueConstraint("organization_id", "company_id"),
        CheckConstraint("limit_cents > 0", name="limit_is_positive"),
        CheckConstraint("days BETWEEN 1 AND 365", name="days_are_sane"),
        CheckConstraint("state IN ('active','paused')", name="state_is_known"),
        CheckConstraint("organization_id <> company_id", name="nobody_owes_itself"),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    company_id: Mapped[UUID] = mapped_column(ForeignKey("companies.organization_id"), index=True)
    limit_cents: Mapped[int]
    days: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="active")
    note: Mapped[str] = mapped_column(server_default="")
    created_at: Mapped[CreatedAt]


class Debt(Base):
    """One order on terms. `due_on` and `state` follow the order's facts; `reminded` is the last stage told of this day,
    `overdue_told_on` the day on which programs were told that it is past."""

    __tablename__ = "debts"
    __table_args__ = (
        CheckConstraint("cents > 0", name="cents_are_positive"),
        CheckConstraint("state IN ('unpaid','paid','canceled','settled_outside')", name="state_is_known"),
        CheckConstraint("reminded BETWEEN 0 AND 4", name="stage_is_known"),
        Index("ix_debts_unpaid", "grant_id", "due_on", "order_id", postgresql_where="state = 'unpaid'"),
        Index("ix_debts_due", "due_on", "order_id", postgresql_where="state = 'unpaid'"),
        Index("ix_debts_grant_id", "grant_id"),
    )
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    grant_id: Mapped[UUID] = mapped_column(ForeignKey("credit_grants.id"))
    cents: Mapped[int]
    placed_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(server_default="unpaid")
    reminded: Mapped[int] = mapped_column(server_default="0")
    overdue_told_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
