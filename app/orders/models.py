"""One checkout (`OrderGroup`) is one `Order` per seller. Status axes are projections of `order_events`."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.addresses.rules import is_place
from app.catalog.models import Listing, Variant
from app.db.base import Base, CreatedAt, UuidPk
from app.identity.models import Organization
from app.orders.rules.purchase import LEAST_CARD_CENTS
from app.quotes.models import Deal


class OrderGroup(Base):
    """One act of buying. `form_token` makes a double click one group; `access_token` is a guest's key to the page.

    `content_hash` tells a form sent twice from another form under the same token; `authorized_at` is when a wallet's
    signature was accepted, which keeps the goods until the chain has answered; `erased_at`, when the buyer's data went.
    Bought for a company, `company` keeps its name, tax number and PO number as they were then. A company that may pay
    later leaves it `on_terms`, unpaid and not in escrow, until it is paid or `ended` without.
    `shown_*`: the rate at which the buyer read the prices, as it was then; nothing for who read them in dollars.
    """

    __tablename__ = "order_groups"
    __table_args__ = (
        CheckConstraint("payment_method IN ('card','wallet')", name="payment_method_is_known"),
        CheckConstraint("total_cents > 0", name="total_is_positive"),
        CheckConstraint("octet_length(buyer_address) = 20", name="buyer_address_is_20_bytes"),
        CheckConstraint("state IN ('pending_payment','on_terms','paid','expired','ended')", name="state_is_known"),
        CheckConstraint("state <> 'on_terms' OR company_id IS NOT NULL", name="only_companies_pay_later"),
        CheckConstraint(
            "num_nonnulls(shown_currency, shown_per_usd_micro, shown_as_of, shown_source) IN (0, 4)",
            name="shown_rate_is_whole",
        ),
        CheckConstraint("shown_per_usd_micro > 0", name="shown_rate_is_positive"),
        Index("ix_order_groups_unclaimed", "email", postgresql_where="buyer_id IS NULL"),
        Index("ix_order_groups_pending", "hold_until", postgresql_where="state = 'pending_payment'"),
        Index(  # a deal is ordered once, whatever happens at the same time
            "uq_order_groups_one_of_a_deal",
            "deal_id",
            unique=True,
            postgresql_where="state IN ('pending_payment','on_terms','paid')",
        ),
    )
    id: Mapped[UuidPk]
    form_token: Mapped[UUID] = mapped_column(unique=True)
    content_hash: Mapped[bytes]
    access_token: Mapped[str] = mapped_column(unique=True)
    cart_id: Mapped[UUID | None] = mapped_column(index=True)
    deal_id: Mapped[UUID | None] = mapped_column(ForeignKey(Deal.id), index=True)
    buyer_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"), index=True)
    email: Mapped[str]
    name: Mapped[str]
    phone: Mapped[str] = mapped_column(server_default="")
    locale: Mapped[str]
    address: Mapped[dict[str, str]] = mapped_column(JSONB)
    payment_method: Mapped[str]
    buyer_address: Mapped[bytes | None]
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    company: Mapped[dict[str, str]] = mapped_column(server_default="{}")
    total_cents: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="pending_payment")
    hold_until: Mapped[datetime]
    placed_at: Mapped[CreatedAt]
    authorized_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    shown_currency: Mapped[str | None]
    shown_per_usd_micro: Mapped[int | None]
    shown_as_of: Mapped[date | None]
    shown_source: Mapped[str | None]
    orders: Mapped[list["Order"]] = relationship(order_by="Order.position", back_populates="group", lazy="selectin")

    @property
    def is_below_card(self) -> bool:
        """It comes to less than a card can be charged."""
        return self.total_cents < LEAST_CARD_CENTS

    @property
    def has_place(self) -> bool:
        """Whether something can be sent to the address; who meets the seller gives a name and a country only."""
        return is_place(self.address)


class Order(Base):
    """What one seller owes one buyer. Amounts in the seller's currency (`*_minor`) and, as settled, in US cents.

    `discount_*` is what the seller's voucher took off the goods; `market_cents` is the part of `total_cents` that the
    market pays for its own voucher, so that the buyer pays `due_cents`.
    """

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("group_id", "organization_id"),
        CheckConstraint("total_cents > 0", name="total_is_positive"),
        CheckConstraint("total_cents = goods_cents + shipping_cents - discount_cents", name="total_is_the_sum"),
        CheckConstraint("discount_cents >= 0 AND discount_minor >= 0", name="discount_is_not_negative"),
        CheckConstraint("market_cents >= 0 AND market_cents < total_cents", name="something_is_left_to_pay"),
        Index("ix_orders_seller", "organization_id", "placed_at", "id"),
        Index(
            "ix_orders_open",
            "organization_id",
            "ship_by",
            "id",
            postgresql_where="payment_status <> 'none' AND settlement_status NOT IN ('released', 'refunded', 'split')",
        ),
        Index(
            "ix_orders_done",
            "organization_id",
            "placed_at",
            "id",
            postgresql_where="settlement_status IN ('released', 'refunded', 'split')",
        ),
        Index(
            "ix_orders_unsent",
            "ship_by",
            postgresql_where="fulfillment_status IN ('unfulfilled', 'partial') AND settlement_status = 'in_escrow'",
        ),
    )
    id: Mapped[UuidPk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    group_id: Mapped[UUID] = mapped_column(ForeignKey("order_groups.id"), index=True)
    position: Mapped[int]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    currency: Mapped[str]
    goods_minor: Mapped[int]
    shipping_minor: Mapped[int]
    total_minor: Mapped[int]
    goods_cents: Mapped[int]
    shipping_cents: Mapped[int]
    total_cents: Mapped[int]
    discount_minor: Mapped[int] = mapped_column(server_default="0")
    discount_cents: Mapped[int] = mapped_column(server_default="0")
    market_cents: Mapped[int] = mapped_column(server_default="0")
    voucher_code: Mapped[str | None]
    market_voucher_code: Mapped[str | None]
    tax_lines: Mapped[list[Any]] = mapped_column(JSONB, server_default="[]")
    fx_per_usd_micro: Mapped[int]
    fx_as_of: Mapped[date]
    fx_source: Mapped[str]
    shipping: Mapped[dict[str, Any]] = mapped_column(JSONB)
    commission_bps: Mapped[int]
    payment_status: Mapped[str] = mapped_column(server_default="none")
    fulfillment_status: Mapped[str] = mapped_column(server_default="unfulfilled")
    settlement_status: Mapped[str] = mapped_column(server_default="none")
    ship_by: Mapped[datetime]
    promised_by: Mapped[datetime]
    auto_release_at: Mapped[datetime]
    placed_at: Mapped[CreatedAt]
    group: Mapped[OrderGroup] = relationship(back_populates="orders", lazy="joined", innerjoin=True)
    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)
    lines: Mapped[list["OrderLine"]] = relationship(order_by="OrderLine.position", lazy="selectin")
    events: Mapped[list["OrderEvent"]] = relationship(order_by="OrderEvent.sequence", lazy="select")
    fulfillments: Mapped[list["Fulfillment"]] = relationship(
        order_by="Fulfillment.shipped_at, Fulfillment.id", lazy="selectin"
    )

    @property
    def due_cents(self) -> int:
        """What the buyer pays of it."""
        return self.total_cents - self.market_cents


class OrderLine(Base):
    """A snapshot of what was bought: later edits of the listing do not reach it.

    `line_*` is before vouchers; `discount_*` and `market_cents` are the line's own share of them.
    A sample is a line of its own, at the sample's price.
    Of its `quantity`, `shipped_count` has left in parcels; of that, `returned_count` is in returns that run or were refunded.
    """

    __tablename__ = "order_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
        CheckConstraint("line_minor = price_minor * quantity", name="line_is_price_times_quantity"),
        CheckConstraint(
            "discount_minor BETWEEN 0 AND line_minor AND discount_cents BETWEEN 0 AND line_cents"
            " AND market_cents BETWEEN 0 AND line_cents - discount_cents",
            name="vouchers_take_no_more_than_it_costs",
        ),
        CheckConstraint("shipped_count BETWEEN 0 AND quantity", name="no_more_is_shipped_than_bought"),
        CheckConstraint("returned_count BETWEEN 0 AND shipped_count", name="no_more_comes_back_than_left"),
        Index("ix_order_lines_samples", "listing_id", postgresql_where="is_sample"),
    )
    id: Mapped[UuidPk]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    position: Mapped[int]
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id"), index=True)
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"), index=True)
    sku: Mapped[str]
    titles: Mapped[dict[str, str]] = mapped_column(JSONB)
    variant_names: Mapped[dict[str, str]] = mapped_column(JSONB)
    unit: Mapped[str]
    pieces: Mapped[int | None]
    piece_unit: Mapped[str] = mapped_column(server_default="")
    is_sample: Mapped[bool] = mapped_column(server_default=text("false"))
    tax_class: Mapped[str] = mapped_column(server_default="ordinary")
    quantity: Mapped[int]
    price_minor: Mapped[int]
    line_minor: Mapped[int]
    line_cents: Mapped[int]
    discount_minor: Mapped[int] = mapped_column(server_default="0")
    discount_cents: Mapped[int] = mapped_column(server_default="0")
    market_cents: Mapped[int] = mapped_column(server_default="0")
    shipped_count: Mapped[int] = mapped_column(server_default="0")
    returned_count: Mapped[int] = mapped_column(server_default="0")
    variant: Mapped[Variant] = relationship(lazy="select")
    listing: Mapped[Listing] = relationship(lazy="select")

    @property
    def net_cents(self) -> int:
        """What the line costs in escrow, and so what giving all of it back comes to."""
        return self.line_cents - self.discount_cents


class OrderPart(Base):
    """A part in which the money of an order leaves escrow, as both sides agreed before it was paid. Never changed."""

    __tablename__ = "order_parts"
    __table_args__ = (
        UniqueConstraint("order_id", "trigger"),
        CheckConstraint("trigger IN ('funded','shipped','received')", name="trigger_is_known"),
        CheckConstraint("cents > 0", name="cents_are_positive"),
        CheckConstraint("share_bps BETWEEN 1 AND 10000", name="share_is_sane"),
    )
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    trigger: Mapped[str]
    share_bps: Mapped[int]
    cents: Mapped[int]


class OrderEvent(Base):
    """Something that happened to an order. Append-only; the three axes are computed from these by `rules.py`."""

    __tablename__ = "order_events"
    __table_args__ = (UniqueConstraint("order_id", "key"),)
    id: Mapped[UuidPk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    key: Mapped[str]
    kind: Mapped[str]
    at: Mapped[CreatedAt]
    actor_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class Fulfillment(Base):
    """One parcel handed to a carrier. `form_token` makes a double click one parcel."""

    __tablename__ = "fulfillments"
    __table_args__ = (UniqueConstraint("form_token"),)
    id: Mapped[UuidPk]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    carrier: Mapped[str]
    tracking: Mapped[str]
    shipped_at: Mapped[CreatedAt]
    delivered_at: Mapped[datetime | None]
    form_token: Mapped[UUID | None]
    lines: Mapped[list["FulfillmentLine"]] = relationship(lazy="joined")


class FulfillmentLine(Base):
    """How much of a line is in a parcel."""

    __tablename__ = "fulfillment_lines"
    __table_args__ = (
        UniqueConstraint("fulfillment_id", "order_line_id"),
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
    )
    id: Mapped[UuidPk]
    fulfillment_id: Mapped[UUID] = mapped_column(ForeignKey("fulfillments.id"))
    order_line_id: Mapped[UUID] = mapped_column(ForeignKey("order_lines.id"), index=True)
    quantity: Mapped[int]


class Dispute(Base):
    """The buyer's objection; money stays held until the arbiter or time decides. Both sides add until `evidence_until`."""

    __tablename__ = "disputes"
    __table_args__ = (
        UniqueConstraint("order_id"),
        CheckConstraint("state IN ('open','resolved')", name="state_is_known"),
        CheckConstraint("reason IN ('not_arrived','damaged','not_as_described','other')", name="reason_is_known"),
        Index("ix_disputes_open", "opened_at", "id", postgresql_where="state = 'open'"),
    )
    id: Mapped[UuidPk]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    reason: Mapped[str]
    text: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="open")
    opened_at: Mapped[CreatedAt]
    evidence_until: Mapped[datetime | None]
    seller_cents: Mapped[int | None]
    buyer_cents: Mapped[int | None]
    resolution: Mapped[str | None]
    resolved_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    resolved_at: Mapped[datetime | None]
    order: Mapped[Order] = relationship(lazy="joined")


class Refund(Base):
    """Part or all of an order's leg going back to whoever paid; `sequence` counts per order."""

    __tablename__ = "refunds"
    __table_args__ = (
        UniqueConstraint("order_id", "sequence"),
        UniqueConstraint("form_token"),
        CheckConstraint("amount_cents > 0", name="amount_is_positive"),
    )
    id: Mapped[UuidPk]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), index=True)
    sequence: Mapped[int]
    form_token: Mapped[UUID]
    amount_cents: Mapped[int]
    reason: Mapped[str]
    created_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[CreatedAt]


class HandoverCode(Base):
    """The buyer's one-use word for "I have the goods", shown as a QR code; used once, for this order, for a while.

    The word itself is never stored: it is made of `nonce` and the market's secret key.
    """

    __tablename__ = "handover_codes"
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    nonce: Mapped[UUID]
    made_at: Mapped[CreatedAt]
    expires_at: Mapped[datetime]
    wrong_tries: Mapped[int] = mapped_column(server_default="0")
    used_at: Mapped[datetime | None]
    used_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
