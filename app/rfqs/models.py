"""Requests for quotation, whom they go to, and what is quoted. What happened is in append-only event rows."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import Variant
from app.db.base import Base, CreatedAt, UuidPk
from app.identity.models import Organization
from app.quotes.models import known_incoterms
from app.quotes.rules.freight import Freight
from app.quotes.rules.parts import PaymentParts
from app.rfqs.rules.life import AskedState, QuoteState, RfqState


def _known(column: str, states: type[RfqState | AskedState | QuoteState]) -> str:
    return f"{column} IN ({','.join(repr(str(state)) for state in states)})"


class Rfq(Base):
    """What a buyer, or a company by one of its people, asks for. `place` in `country` is where it is to be delivered."""

    __tablename__ = "rfqs"
    __table_args__ = (
        CheckConstraint(_known("state", RfqState), name="state_is_known"),
        CheckConstraint("(state = 'decided') = (chosen_quote_id IS NOT NULL)", name="decided_is_a_quote"),
        CheckConstraint("(state = 'draft') >= (opened_at IS NULL) OR state = 'canceled'", name="sent_has_a_moment"),
        Index("ix_rfqs_buyer_id", "buyer_id", "changed_at", "id"),
        Index("ix_rfqs_company_id", "company_id", "changed_at", "id"),
        Index("ix_rfqs_due", "closes_at", postgresql_where=text("state = 'open'")),
    )
    id: Mapped[UuidPk]
    number: Mapped[str] = mapped_column(unique=True)
    form_token: Mapped[UUID] = mapped_column(unique=True)
    buyer_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    company_id: Mapped[UUID | None] = mapped_column(ForeignKey("organizations.id"))
    title: Mapped[str]
    note: Mapped[str] = mapped_column(server_default="")
    country: Mapped[str]
    place: Mapped[str] = mapped_column(server_default="")
    wished_on: Mapped[date | None]
    closes_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(server_default="draft")
    chosen_quote_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("rfq_quotes.id", name="fk_rfqs_chosen_quote_id", use_alter=True), unique=True
    )
    made_at: Mapped[CreatedAt]
    opened_at: Mapped[datetime | None]
    changed_at: Mapped[CreatedAt]


class RfqLine(Base):
    """Goods on sale (`variant_id`), or words only; `words` is what was typed. The goods' names are read live.

    `listing_id`: goods whose address was typed while it left open which of their choices is meant; the seller says which.
    """

    __tablename__ = "rfq_lines"
    __table_args__ = (
        UniqueConstraint("rfq_id", "position"),
        CheckConstraint("quantity BETWEEN 1 AND 1000000", name="quantity_is_sane"),
        CheckConstraint("num_nonnulls(variant_id, listing_id) < 2", name="goods_are_named_once"),
    )
    id: Mapped[UuidPk]
    rfq_id: Mapped[UUID] = mapped_column(ForeignKey("rfqs.id", ondelete="CASCADE"))
    position: Mapped[int]
    variant_id: Mapped[UUID | None] = mapped_column(ForeignKey("variants.id"), index=True)
    listing_id: Mapped[UUID | None] = mapped_column(ForeignKey("listings.id"), index=True)
    words: Mapped[str]
    quantity: Mapped[int]
    unit: Mapped[str] = mapped_column(server_default="")


class RfqFile(Base):
    """A drawing or picture for the shops that are asked, and for nobody else: kept in the database."""

    __tablename__ = "rfq_files"
    __table_args__ = (CheckConstraint("kind IN ('picture','pdf')", name="kind_is_known"),)
    id: Mapped[UuidPk]
    rfq_id: Mapped[UUID] = mapped_column(ForeignKey("rfqs.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str]
    name: Mapped[str]
    content: Mapped[bytes] = mapped_column(deferred=True)
    size: Mapped[int]


class Asked(Base):
    """One shop a request goes to; it knows of it from `told_at` on. `number` stands on its quotes."""

    __tablename__ = "rfq_shops"
    __table_args__ = (
        UniqueConstraint("rfq_id", "organization_id"),
        CheckConstraint(_known("state", AskedState), name="state_is_known"),
        CheckConstraint("(state = 'waiting') = (told_at IS NULL)", name="waiting_is_not_told"),
        Index("ix_rfq_shops_organization_id", "organization_id", "told_at", "id"),
    )
    id: Mapped[UuidPk]
    rfq_id: Mapped[UUID] = mapped_column(ForeignKey("rfqs.id", ondelete="CASCADE"))
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    number: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(server_default="waiting")
    told_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(server_default="")
    organization: Mapped[Organization] = relationship(lazy="joined", innerjoin=True)


class Quote(Base):
    """One version of what a shop quotes. Only its state changes after it was sent."""

    __tablename__ = "rfq_quotes"
    __table_args__ = (
        UniqueConstraint("asked_id", "version"),
        CheckConstraint(_known("state", QuoteState), name="state_is_known"),
        CheckConstraint("(state = 'accepted') = (deal_id IS NOT NULL)", name="accepted_is_a_deal"),
        CheckConstraint("freight_minor >= 0 AND freight_days >= 0", name="freight_is_not_negative"),
        CheckConstraint(known_incoterms(), name="incoterm_is_known"),
        CheckConstraint(
            "deposit_bps BETWEEN 0 AND 5000 AND shipment_bps >= 0 AND deposit_bps + shipment_bps <= 8000",
            name="parts_leave_enough",
        ),
        Index("uq_rfq_quotes_live", "asked_id", unique=True, postgresql_where=text("state IN ('sent','countered')")),
        Index("ix_rfq_quotes_due", "valid_until", postgresql_where=text("state IN ('sent','countered')")),
    )
    id: Mapped[UuidPk]
    asked_id: Mapped[UUID] = mapped_column(ForeignKey("rfq_shops.id"))
    version: Mapped[int]
    form_token: Mapped[UUID] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(server_default="sent")
    currency: Mapped[str]
    freight_minor: Mapped[int]
    freight_days: Mapped[int]
    country: Mapped[str]
    incoterm: Mapped[str]
    incoterm_place: Mapped[str]
    deposit_bps: Mapped[int] = mapped_column(server_default="0")
    shipment_bps: Mapped[int] = mapped_column(server_default="0")
    contract: Mapped[str] = mapped_column(server_default="")
    note: Mapped[str] = mapped_column(server_default="")
    valid_until: Mapped[datetime]
    deal_id: Mapped[UUID | None] = mapped_column(ForeignKey("deals.id"), unique=True)
    sent_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    sent_at: Mapped[CreatedAt]

    @property
    def freight(self) -> Freight:
        return Freight(self.freight_minor, self.freight_days, self.country, self.incoterm, self.incoterm_place)

    @property
    def parts(self) -> PaymentParts:
        return PaymentParts(self.deposit_bps, self.shipment_bps)


class QuoteLine(Base):
    """The price is of one, in the quote's currency; `minimum`: fewer are not sold at it."""

    __tablename__ = "rfq_quote_lines"
    __table_args__ = (
        UniqueConstraint("quote_id", "variant_id"),
        CheckConstraint("minimum >= 1 AND quantity >= minimum", name="quantity_is_not_below_the_minimum"),
        CheckConstraint("price_minor > 0", name="price_is_positive"),
    )
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("rfq_quotes.id"), primary_key=True)
    line_id: Mapped[UUID] = mapped_column(ForeignKey("rfq_lines.id"), primary_key=True, index=True)
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id"), index=True)
    quantity: Mapped[int]
    price_minor: Mapped[int]
    minimum: Mapped[int] = mapped_column(server_default="1")
    variant: Mapped[Variant] = relationship(lazy="joined", innerjoin=True)


class QuoteDraft(Base):
    """What people of a shop have typed of its next version; the buyer never sees it. `number` counts how often it was kept.

    `content`: what stood in the fields, and by line of the request code, price, quantity and smallest quantity, as typed.
    """

    __tablename__ = "rfq_quote_drafts"
    __table_args__ = (CheckConstraint("number > 0", name="number_is_positive"),)
    asked_id: Mapped[UUID] = mapped_column(ForeignKey("rfq_shops.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    kept_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    kept_at: Mapped[datetime]


class Counter(Base):
    """What the buyer would accept instead of a version. `lines`: line_id, quantity and price_minor of those to change."""

    __tablename__ = "rfq_counters"
    quote_id: Mapped[UUID] = mapped_column(ForeignKey("rfq_quotes.id"), primary_key=True)
    form_token: Mapped[UUID] = mapped_column(unique=True)
    lines: Mapped[list[Any]] = mapped_column(server_default="[]")
    note: Mapped[str] = mapped_column(server_default="")
    made_by: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    made_at: Mapped[CreatedAt]


class RfqNote(Base):
    """One side asks, the other answers: between the buyer and one shop that was asked."""

    __tablename__ = "rfq_notes"
    __table_args__ = (
        CheckConstraint("side IN ('buyer','seller')", name="side_is_known"),
        Index("ix_rfq_notes_asked_id", "asked_id", "written_at", "id"),
    )
    id: Mapped[UuidPk]
    asked_id: Mapped[UUID] = mapped_column(ForeignKey("rfq_shops.id"))
    form_token: Mapped[UUID] = mapped_column(unique=True)
    side: Mapped[str]
    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str]
    written_at: Mapped[CreatedAt]


class RfqEvent(Base):
    """Something that happened to a request or, with `asked_id`, between it and one shop. Append-only."""

    __tablename__ = "rfq_events"
    id: Mapped[UuidPk]
    sequence: Mapped[int] = mapped_column(Identity(), unique=True)
    rfq_id: Mapped[UUID] = mapped_column(index=True)
    asked_id: Mapped[UUID | None]
    quote_id: Mapped[UUID | None]
    kind: Mapped[str]
    actor_id: Mapped[UUID | None]
    at: Mapped[CreatedAt]
