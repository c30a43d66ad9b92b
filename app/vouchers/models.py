"""Vouchers and who has used them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, CreatedAt, UuidPk


class Voucher(Base):
    """`organization_id` is None for one that the market pays for. Never deleted: orders name it.

    `used_count` is what checkouts hold and orders have used; whoever changes it has the row locked, and the database
    refuses one use too many.
    """

    __tablename__ = "vouchers"
    __table_args__ = (
        CheckConstraint("(percent_bps IS NULL) <> (amount_minor IS NULL)", name="takes_a_percentage_or_an_amount"),
        CheckConstraint("percent_bps BETWEEN 1 AND 9000", name="percentage_is_sane"),
        CheckConstraint("amount_minor > 0", name="amount_is_positive"),
        CheckConstraint("minimum_minor >= 0", name="minimum_is_not_negative"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("most_uses > 0 AND most_per_buyer > 0", name="limits_are_positive"),
        CheckConstraint("used_count >= 0 AND used_count <= most_uses", name="is_not_used_too_often"),
        Index(
            "uq_vouchers_code_in_use",
            "organization_id",
            "code_key",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("stopped_at IS NULL"),
        ),
        Index("ix_vouchers_newest", "organization_id", "created_at", "id"),
        Index("ix_vouchers_code_key", "code_key"),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    code: Mapped[str]
    code_key: Mapped[str]
    currency: Mapped[str]
    percent_bps: Mapped[int | None]
    amount_minor: Mapped[int | None]
    minimum_minor: Mapped[int] = mapped_column(server_default="0")
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    most_uses: Mapped[int | None]
    most_per_buyer: Mapped[int | None]
    used_count: Mapped[int] = mapped_column(server_default="0")
    listing_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    category_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid), server_default="{}")
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[CreatedAt]
    stopped_at: Mapped[datetime | None]


class VoucherUseRow(Base):
    """A voucher on a checkout. `buyer` is a keyed digest of account or e-mail address, `nth` its use of that buyer."""

    __tablename__ = "voucher_uses"
    __table_args__ = (
        CheckConstraint("state IN ('held','used','given_back')", name="state_is_known"),
        CheckConstraint("cents > 0", name="cents_are_positive"),
        UniqueConstraint("order_group_id", "voucher_id"),
        Index(
            "uq_voucher_uses_nth_of_buyer",
            "voucher_id",
            "buyer",
            "nth",
            unique=True,
            postgresql_where=text("state <> 'given_back'"),
        ),
    )
    id: Mapped[UuidPk]
    voucher_id: Mapped[UUID] = mapped_column(ForeignKey("vouchers.id"), index=True)
    order_group_id: Mapped[UUID]
    cart_id: Mapped[UUID | None]
    buyer: Mapped[bytes | None]
    nth: Mapped[int]
    cents: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="held")
    created_at: Mapped[CreatedAt]
