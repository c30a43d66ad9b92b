"""The cart: what somebody means to buy. Prices are never stored here; they are read live."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import Variant
from app.db.base import Base, CreatedAt, UuidPk
from app.quotes.models import Deal


class Cart(Base):
    """Found by a random token in a cookie; taken over by the account that signs in.

    A cart made for a deal (`deal_id`) stands beside the account's own one: its goods and prices are those of the deal.
    `draft` keeps what was typed in checkout (contact, address, shipping) until the order is paid; `voucher_ids`, what was
    put in to lower the price. A cart that waits for an approval is nobody's: it is `kept_for` who asked, at the prices
    of that person buying for `company_id`.
    """

    __tablename__ = "carts"
    id: Mapped[UuidPk]
    token: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    deal_id: Mapped[UUID | None] = mapped_column(ForeignKey(Deal.id), unique=True)
    draft: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    kept_for: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    voucher_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    created_at: Mapped[CreatedAt]
    updated_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    lines: Mapped[list["CartLine"]] = relationship(
        order_by="CartLine.added_at", lazy="selectin", cascade="all, delete-orphan"
    )


class CartLine(Base):
    """`added_by` is the form and the quantity that were last added: sent again, they add nothing."""

    __tablename__ = "cart_lines"
    __table_args__ = (
        UniqueConstraint("cart_id", "variant_id"),
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
    )
    id: Mapped[UuidPk]
    cart_id: Mapped[UUID] = mapped_column(ForeignKey("carts.id"))
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id"), index=True)
    quantity: Mapped[int]
    added_by: Mapped[UUID | None]
    added_at: Mapped[CreatedAt]
    variant: Mapped[Variant] = relationship(lazy="joined")


class ApprovalRequest(Base):
    """An order above a member's limit, asked of the company's approvers. `cart_id` is what is asked for, frozen.

    With `deal_id` it is the cart of that deal, whose goods are kept as long as the deal stands; the request ends with it.

    `seen` are the amounts that were asked for or approved last; `shown`, what stood on the page, in words.
    """

    __tablename__ = "approval_requests"
    __table_args__ = (
        CheckConstraint(
            "state IN ('asked','approved','declined','withdrawn','ordered','expired')", name="state_is_known"
        ),
        CheckConstraint("total_cents > 0", name="total_is_positive"),
        Index("ix_approval_requests_company", "company_id", "asked_at", "id"),
        Index(
            "uq_approval_requests_open", "deal_id", unique=True, postgresql_where=text("state IN ('asked','approved')")
        ),
    )
    id: Mapped[UuidPk]
    form_token: Mapped[UUID] = mapped_column(unique=True)
    company_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    cart_id: Mapped[UUID] = mapped_column(index=True)
    deal_id: Mapped[UUID | None] = mapped_column(ForeignKey(Deal.id), index=True)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[str] = mapped_column(server_default="asked")
    total_cents: Mapped[int]
    seen: Mapped[dict[str, Any]]
    shown: Mapped[list[Any]]
    po_number: Mapped[str] = mapped_column(server_default="")
    note: Mapped[str] = mapped_column(server_default="")
    reason: Mapped[str] = mapped_column(server_default="")
    asked_at: Mapped[CreatedAt]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    order_group_id: Mapped[UUID | None] = mapped_column(ForeignKey("order_groups.id"), index=True)
    events: Mapped[list["ApprovalEvent"]] = relationship(order_by="ApprovalEvent.at", lazy="select")


class ApprovalEvent(Base):
    """What happened to a request, and who did it."""

    __tablename__ = "approval_events"
    id: Mapped[UuidPk]
    request_id: Mapped[UUID] = mapped_column(ForeignKey("approval_requests.id"), index=True)
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    kind: Mapped[str]
    total_cents: Mapped[int]
    at: Mapped[CreatedAt]
