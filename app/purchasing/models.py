"""Quick orders and requisition lists."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class QuickOrder(Base):
    """Lines somebody pasted or uploaded; `done_lines` of them were looked up. Its token opens it without an account.

    `shop` is the slug of the only shop in which codes are looked up; empty: in all.
    """

    __tablename__ = "quick_orders"
    __table_args__ = (
        CheckConstraint("state IN ('waiting','ready','added')", name="state_is_known"),
        CheckConstraint("line_count BETWEEN 1 AND 5000", name="lines_fit"),
        Index("ix_quick_orders_created_at", "created_at"),
    )
    id: Mapped[UuidPk]
    token: Mapped[str] = mapped_column(unique=True)
    form_token: Mapped[UUID] = mapped_column(unique=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    shop: Mapped[str] = mapped_column(server_default="")
    state: Mapped[str] = mapped_column(server_default="waiting")
    line_count: Mapped[int]
    done_lines: Mapped[int] = mapped_column(server_default="0")
    created_at: Mapped[CreatedAt]
    added_at: Mapped[datetime | None]


class QuickLine(Base):
    """One line as typed, and what it was found to be. `problem` is a stable code, empty when it can be ordered."""

    __tablename__ = "quick_order_lines"
    __table_args__ = (UniqueConstraint("quick_order_id", "position"),)
    id: Mapped[UuidPk]
    quick_order_id: Mapped[UUID] = mapped_column(ForeignKey("quick_orders.id"))
    position: Mapped[int]
    sku: Mapped[str]
    typed: Mapped[str]
    quantity: Mapped[int | None]
    variant_id: Mapped[UUID | None] = mapped_column(ForeignKey("variants.id"), index=True)
    problem: Mapped[str] = mapped_column(server_default="")
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class RequisitionList(Base):
    """Goods bought again and again, under a name. Of a person, or of a company, whose members all use it."""

    __tablename__ = "requisition_lists"
    __table_args__ = (
        Index("ix_requisition_lists_user_id", "user_id", "id"),
        Index("ix_requisition_lists_company_id", "company_id", "id"),
    )
    id: Mapped[UuidPk]
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    name: Mapped[str]
    created_at: Mapped[CreatedAt]


class RequisitionLine(Base):
    __tablename__ = "requisition_lines"
    __table_args__ = (CheckConstraint("quantity > 0", name="quantity_is_positive"),)
    list_id: Mapped[UUID] = mapped_column(ForeignKey("requisition_lists.id"), primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id"), primary_key=True, index=True)
    quantity: Mapped[int]
    added_at: Mapped[CreatedAt]
