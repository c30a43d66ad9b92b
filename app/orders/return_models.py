"""What comes back, and what both sides show when they do not agree."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, CreatedAt, UuidPk
from app.orders.models import Order, Refund

_RUNNING = "state IN ('requested','approved','sent','received')"


class OrderReturn(Base):
    """The buyer sends goods back. At most one runs per order; its states and who moves them: `rules/returns.py`.

    All moments are by the chain's clock. `due_at`: when silence in this state has its effect; `hold_at`: when the money
    must be held by a dispute, before it leaves escrow by itself; `next_look_at`: when the market looks again.
    """

    __tablename__ = "order_returns"
    __table_args__ = (
        UniqueConstraint("form_token"),
        CheckConstraint(
            "state IN ('requested','approved','sent','received','refunded','declined','canceled','disputed')",
            name="state_is_known",
        ),
        CheckConstraint(
            "reason IN ('damaged','not_as_described','wrong_goods','changed_mind','other')", name="reason_is_known"
        ),
        CheckConstraint("postage IN ('buyer','seller')", name="postage_is_known"),
        CheckConstraint("(state = 'refunded') >= (refund_id IS NOT NULL)", name="only_refunded_has_a_refund"),
        Index("uq_order_returns_running", "order_id", unique=True, postgresql_where=_RUNNING),
        Index("ix_order_returns_to_look_at", "next_look_at", "id", postgresql_where=_RUNNING),
    )
    id: Mapped[UuidPk]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    form_token: Mapped[UUID]
    state: Mapped[str] = mapped_column(server_default="requested")
    reason: Mapped[str]
    text: Mapped[str]
    asked_at: Mapped[CreatedAt]
    due_at: Mapped[datetime]
    hold_at: Mapped[datetime]
    next_look_at: Mapped[datetime | None]
    return_address: Mapped[str] = mapped_column(server_default="")
    postage: Mapped[str | None]
    answer: Mapped[str] = mapped_column(server_default="")
    carrier: Mapped[str] = mapped_column(server_default="")
    tracking: Mapped[str] = mapped_column(server_default="")
    condition: Mapped[str] = mapped_column(server_default="")
    refund_id: Mapped[UUID | None] = mapped_column(ForeignKey("refunds.id"), index=True)
    closed_at: Mapped[datetime | None]
    order: Mapped[Order] = relationship(lazy="select")
    refund: Mapped[Refund | None] = relationship(lazy="joined")
    lines: Mapped[list["OrderReturnLine"]] = relationship(lazy="joined")


class OrderReturnLine(Base):
    """How much of a line comes back, and what it cost to the cent."""

    __tablename__ = "order_return_lines"
    __table_args__ = (
        UniqueConstraint("return_id", "order_line_id"),
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
        CheckConstraint("cents >= 0", name="cents_are_not_negative"),
    )
    id: Mapped[UuidPk]
    return_id: Mapped[UUID] = mapped_column(ForeignKey("order_returns.id"))
    order_line_id: Mapped[UUID] = mapped_column(ForeignKey("order_lines.id"), index=True)
    quantity: Mapped[int]
    cents: Mapped[int]


class DisputeEvidence(Base):
    """What one side adds to a dispute while both may."""

    __tablename__ = "dispute_evidence"
    __table_args__ = (
        UniqueConstraint("form_token"),
        CheckConstraint("side IN ('buyer','seller')", name="side_is_known"),
    )
    id: Mapped[UuidPk]
    dispute_id: Mapped[UUID] = mapped_column(ForeignKey("disputes.id"), index=True)
    form_token: Mapped[UUID]
    side: Mapped[str]
    text: Mapped[str]
    written_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    added_at: Mapped[CreatedAt]
    files: Mapped[list["OrderFile"]] = relationship(order_by="OrderFile.id", lazy="selectin")


class OrderFile(Base):
    """A picture or PDF shown by one side to the other and to the arbiter, and to nobody else: kept in the database."""

    __tablename__ = "order_files"
    __table_args__ = (
        CheckConstraint("side IN ('buyer','seller')", name="side_is_known"),
        CheckConstraint("kind IN ('picture','pdf')", name="kind_is_known"),
        CheckConstraint("num_nonnulls(return_id, evidence_id) = 1", name="belongs_to_one"),
    )
    id: Mapped[UuidPk]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    return_id: Mapped[UUID | None] = mapped_column(ForeignKey("order_returns.id"), index=True)
    evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("dispute_evidence.id"), index=True)
    side: Mapped[str]
    kind: Mapped[str]
    name: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    size: Mapped[int]
    added_at: Mapped[CreatedAt]
