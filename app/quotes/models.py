"""Deals and offers. What happened to them is in append-only event rows; the state columns follow from those."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import Variant
from app.db.base import Base, CreatedAt, UuidPk
from app.identity.models import Organization
from app.quotes.rules.freight import INCOTERMS, Freight
from app.quotes.rules.parts import PaymentParts


def known_incoterms() -> str:
    """The condition that a column `incoterm` names one of the rules."""
    rules = ",".join(f"'{rule}'" for rule in sorted(INCOTERMS))
    return f"incoterm IN ({rules})"


class Deal(Base):
    """Terms both sides agreed on. Its goods are held under the deal's own id, or by the checkout `order_group_id`."""

    __tablename__ = "deals"
    __table_args__ = (
        CheckConstraint("state IN ('agreed','ordered','lapsed','canceled')", name="state_is_known"),
        CheckConstraint("source IN ('offer','quote')", name="source_is_known"),
        CheckConstraint("state <> 'ordered' OR order_group_id IS NOT NULL", name="ordered_by_a_checkout"),
        CheckConstraint(
            "deposit_bps BETWEEN 0 AND 5000 AND shipment_bps >= 0 AND deposit_bps + shipment_bps <= 8000",
            name="parts_leave_enough",
        ),
        CheckConstraint(
            "num_nonnulls(freight_minor, freight_days, freight_country, incoterm, incoterm_place) IN (0, 5)",
            name="freight_is_whole",
        ),
        CheckConstraint("freight_minor >= 0 AND freight_days >= 0", name="freight_is_not_negative"),
        CheckConstraint(known_incoterms(), name="incoterm_is_known"),
        Index("ix_deals_buyer_id", "buyer_id", "agreed_at", "id"),
        Index("ix_deals_organization_id", "organization_id", "agreed_at", "id"),
        Index("ix_deals_due", "valid_until", postgresql_where=text("state = 'agreed' AND order_group_id IS NULL")),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    buyer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    currency: Mapped[str]
    source: Mapped[str]
    state: Mapped[str] = mapped_column(server_default="agreed")
    order_group_id: Mapped[UUID | None]
    valid_until: Mapped[datetime]
    deposit_bps: Mapped[int] = mapped_column(server_default="0")
    shipment_bps: Mapped[int] = mapped_column(server_default="0")
    freight_minor: Mapped[int | None]
    freight_days: Mapped[int | None]
    freight_country: Mapped[str | None]
    incoterm: Mapped[str | None]
    incoterm_place: Mapped[str | None]
    reference: Mapped[str] = mapped_column(server_default="")
    contract: Mapped[str] = mapped_column(server_default="")
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    agreed_at: Mapped[CreatedAt]
    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True, foreign_keys=organization_id)
    lines: Mapped[list["DealLine"]] = relationship(order_by="DealLine.position", lazy="selectin")

    @property
    def parts(self) -> PaymentParts:
        return PaymentParts(self.deposit_bps, self.shipment_bps)

    @property
    def freight(self) -> Freight | None:
        """None: it is sent at the prices the shop has for everybody."""
        if self.freight_minor is None or self.freight_days is None or self.freight_country is None:
            return None
        return Freight(
            self.freight_minor, self.freight_days, self.freight_country, self.incoterm or "", self.incoterm_place or ""
        )


class DealLine(Base):
    """The price is of one, in the deal's currency, and stays whatever the listing says later."""

    __tablename__ = "deal_lines"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
        CheckConstraint("price_minor > 0", name="price_is_positive"),
    )
    deal_id: Mapped[UUID] = mapped_column(ForeignKey("deals.id"), primary_key=True)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id"), primary_key=True, index=True)
    position: Mapped[int]
    quantity: Mapped[int]
    price_minor: Mapped[int]
    variant: Mapped[Variant] = relationship(lazy="joined", innerjoin=True)


class DealEvent(Base):
    """Something that happened to a deal. Append-only."""

    __tablename__ = "deal_events"
    id: Mapped[UuidPk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    deal_id: Mapped[UUID] = mapped_column(ForeignKey("deals.id"), index=True)
    kind: Mapped[str]
    at: Mapped[CreatedAt]
    actor_id: Mapped[UUID | None]
    details: Mapped[dict[str, Any]] = mapped_column(server_default="{}")


class Offer(Base):
    """What lies on the table between one buyer and one seller about one variant; `number` counts the rounds.

    `company_id`: the company the buyer was buying for when it was made, and which orders what comes of it.
    """

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint(
            "state IN ('to_seller','to_buyer','accepted','declined','withdrawn','expired')", name="state_is_known"
        ),
        CheckConstraint("(state = 'accepted') = (deal_id IS NOT NULL)", name="accepted_is_a_deal"),
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
        CheckConstraint("price_minor > 0", name="price_is_positive"),
        CheckConstraint(
            "deposit_bps BETWEEN 0 AND 5000 AND shipment_bps >= 0 AND deposit_bps + shipment_bps <= 8000",
            name="parts_leave_enough",
        ),
        Index(
            "uq_offers_running",
            "buyer_id",
            "variant_id",
            unique=True,
            postgresql_where=text("state IN ('to_seller','to_buyer')"),
        ),
        Index("ix_offers_due", "expires_at", postgresql_where=text("state IN ('to_seller','to_buyer')")),
        Index("ix_offers_buyer_id", "buyer_id", "changed_at", "id"),
        Index("ix_offers_organization_id", "organization_id", "changed_at", "id"),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    buyer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id"), index=True)
    deal_id: Mapped[UUID | None] = mapped_column(ForeignKey("deals.id"), unique=True)
    currency: Mapped[str]
    state: Mapped[str]
    number: Mapped[int] = mapped_column(server_default="1")
    quantity: Mapped[int]
    price_minor: Mapped[int]
    deposit_bps: Mapped[int] = mapped_column(server_default="0")
    shipment_bps: Mapped[int] = mapped_column(server_default="0")
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"), index=True)
    expires_at: Mapped[datetime]
    made_at: Mapped[CreatedAt]
    changed_at: Mapped[CreatedAt]
    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True, foreign_keys=organization_id)
    variant: Mapped[Variant] = relationship(lazy="joined", innerjoin=True)
    events: Mapped[list["OfferEvent"]] = relationship(order_by="OfferEvent.sequence", lazy="select")

    @property
    def parts(self) -> PaymentParts:
        return PaymentParts(self.deposit_bps, self.shipment_bps)


class OfferEvent(Base):
    """Something that was said about an offer, with what was then on the table. Append-only."""

    __tablename__ = "offer_events"
    __table_args__ = (UniqueConstraint("form_token"),)
    id: Mapped[UuidPk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offers.id"), index=True)
    kind: Mapped[str]
    side: Mapped[str | None]
    number: Mapped[int]
    quantity: Mapped[int]
    price_minor: Mapped[int]
    deposit_bps: Mapped[int] = mapped_column(server_default="0")
    shipment_bps: Mapped[int] = mapped_column(server_default="0")
    form_token: Mapped[UUID | None]
    actor_id: Mapped[UUID | None]
    at: Mapped[CreatedAt]

    @property
    def parts(self) -> PaymentParts:
        return PaymentParts(self.deposit_bps, self.shipment_bps)
