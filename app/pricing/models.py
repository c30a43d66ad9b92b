"""Customer groups, their price lists, and which goods only they see. Variants and listings are ids here."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class CustomerGroup(Base):
    """Buyers of a shop under one name, such as "Wholesale"."""

    __tablename__ = "customer_groups"
    __table_args__ = (UniqueConstraint("organization_id", "name"),)
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    name: Mapped[str]
    created_at: Mapped[CreatedAt]


class GroupMember(Base):
    """A buyer named by e-mail address. What the group gives counts once the buyer has agreed.

    Who agrees does so as a person (`user_id`) or for a company (`company_id` too).
    """

    __tablename__ = "customer_group_members"
    __table_args__ = (
        UniqueConstraint("group_id", "email"),
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        CheckConstraint("state IN ('asked','agreed','declined','removed')", name="state_is_known"),
        CheckConstraint("state <> 'agreed' OR user_id IS NOT NULL", name="somebody_agreed"),
        Index("ix_customer_group_members_email", "email"),
    )
    id: Mapped[UuidPk]
    group_id: Mapped[UUID] = mapped_column(ForeignKey("customer_groups.id"))
    email: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="asked")
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    invited_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[CreatedAt]
    answered_at: Mapped[datetime | None]


class PriceList(Base):
    """Other prices for some groups: `off_bps` off everything of the shop, except what has a price of its own here."""

    __tablename__ = "price_lists"
    __table_args__ = (
        UniqueConstraint("organization_id", "name"),
        CheckConstraint("off_bps BETWEEN 0 AND 9000", name="off_is_a_share"),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    name: Mapped[str]
    off_bps: Mapped[int] = mapped_column(server_default="0")
    is_fixed: Mapped[bool] = mapped_column(server_default="false")
    is_active: Mapped[bool] = mapped_column(server_default="true")
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[CreatedAt]


class PriceListGroup(Base):
    """Whom a list is for."""

    __tablename__ = "price_list_groups"
    price_list_id: Mapped[UUID] = mapped_column(ForeignKey("price_lists.id"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("customer_groups.id"), primary_key=True, index=True)


class ListPrice(Base):
    """The price of one variant in one list, in minor units of the shop's currency, with tiers of its own."""

    __tablename__ = "list_prices"
    __table_args__ = (
        CheckConstraint("price_minor > 0", name="price_is_positive"),
        CheckConstraint("jsonb_typeof(price_tiers) = 'array'", name="price_tiers_are_a_list"),
    )
    price_list_id: Mapped[UUID] = mapped_column(ForeignKey("price_lists.id"), primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id"), primary_key=True, index=True)
    price_minor: Mapped[int]
    price_tiers: Mapped[list[Any]] = mapped_column(server_default="[]")


class Audience(Base):
    """A group that sees, and may buy, a private listing."""

    __tablename__ = "listing_audiences"
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"), primary_key=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("customer_groups.id"), primary_key=True, index=True)
