"""Categories, listings, variants and the stock held for checkouts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Identity, Index, UniqueConstraint, func, or_, text
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, CreatedAt, UuidPk
from app.identity.models import Organization
from app.media.models import Picture
from app.pricing.rules.tiers import Tier, read_kept


class Category(Base):
    __tablename__ = "categories"
    id: Mapped[UuidPk]
    slug: Mapped[str] = mapped_column(unique=True)
    names: Mapped[dict[str, str]] = mapped_column(JSONB)
    tint: Mapped[str] = mapped_column(server_default="t1")
    picture_id: Mapped[UUID | None] = mapped_column(ForeignKey("pictures.id"))
    position: Mapped[int]
    picture: Mapped[Picture | None] = relationship(lazy="joined")


class Listing(Base):
    """Goods on a stall. Titles and descriptions are kept per language, the seller's own and English first.

    `price_minor` is of the smallest quantity of the cheapest variant; `lowest_minor` is what one can cost at least when
    larger quantities have other prices, else NULL. `private` goods are on sale to chosen customer groups only.
    Quantities, stock and prices count `unit`. Where that is a pack, `piece_unit` is what is in it; empty else.
    `sample_most` is how many samples of these goods one buyer gets, ever, of whatever choice.
    """

    __tablename__ = "listings"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("status IN ('draft','active','paused','private','removed')", name="status_is_known"),
        CheckConstraint("condition IN ('new','like_new','good','fair')", name="condition_is_known"),
        CheckConstraint("min_quantity > 0 AND quantity_step > 0", name="quantities_are_positive"),
        CheckConstraint("sample_most BETWEEN 1 AND 100", name="sample_most_is_sane"),
        CheckConstraint(
            "tax_class IN ('ordinary', 'farm', 'basic_food', 'books', 'medicine')", name="tax_class_is_known"
        ),
        Index(
            "ix_listings_category_shelf",
            "category_id",
            "published_at",
            "id",
            postgresql_where=text("status = 'active'"),
        ),
        Index(
            "ix_listings_category_price",
            "category_id",
            "price_usd_cents",
            "id",
            postgresql_where=text("status = 'active'"),
        ),
        Index("ix_listings_shelf", "published_at", "id", postgresql_where=text("status = 'active'")),
        Index("ix_listings_price", "price_usd_cents", "id", postgresql_where=text("status = 'active'")),
        Index(  # counts beside filters read nothing but this
            "ix_listings_counts",
            "category_id",
            "organization_id",
            "condition",
            "min_quantity",
            "id",
            postgresql_where=text("status = 'active'"),
        ),
        Index("ix_listings_organization", "organization_id", "published_at", "id"),
        Index("ix_listings_search", "search", postgresql_using="gin"),
    )
    id: Mapped[UuidPk]
    number: Mapped[int] = mapped_column(Identity(), unique=True)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    category_id: Mapped[UUID] = mapped_column(ForeignKey("categories.id"))
    slug: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="draft")
    condition: Mapped[str] = mapped_column(server_default="new")
    tax_class: Mapped[str] = mapped_column(server_default="ordinary")
    titles: Mapped[dict[str, str]] = mapped_column(JSONB)
    descriptions: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    currency: Mapped[str]
    unit: Mapped[str]
    piece_unit: Mapped[str] = mapped_column(server_default="")
    allows_offers: Mapped[bool] = mapped_column(server_default=text("false"))
    min_quantity: Mapped[int] = mapped_column(server_default="1")
    quantity_step: Mapped[int] = mapped_column(server_default="1")
    sample_most: Mapped[int] = mapped_column(server_default="1")
    price_minor: Mapped[int]
    price_usd_cents: Mapped[int]
    lowest_minor: Mapped[int | None]
    lowest_usd_cents: Mapped[int | None]
    picture_id: Mapped[UUID | None] = mapped_column(ForeignKey("pictures.id"))
    search: Mapped[str | None] = mapped_column(TSVECTOR, deferred=True)
    version: Mapped[int] = mapped_column(server_default="1")
    published_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]
    organization: Mapped[Organization] = relationship(lazy="joined")
    category: Mapped[Category] = relationship(lazy="joined")
    picture: Mapped[Picture | None] = relationship(lazy="joined")
    variants: Mapped[list["Variant"]] = relationship(
        order_by="Variant.position", back_populates="listing", lazy="selectin"
    )
    pictures: Mapped[list["ListingPicture"]] = relationship(order_by="ListingPicture.position", lazy="select")


class ListingPicture(Base):
    __tablename__ = "listing_pictures"
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    picture_id: Mapped[UUID] = mapped_column(ForeignKey("pictures.id"))
    picture: Mapped[Picture] = relationship(lazy="joined")


class Variant(Base):
    """What is actually bought. `reserved` of `stock` is held by running checkouts; the database keeps it honest.

    `price_minor` is the usual price of one; `price_tiers` other prices from a quantity on (`app.pricing.rules.tiers`).
    `pieces` is how many `piece_unit` of the listing are in one, where it is a pack: it is said, never counted with.
    A sample is a row beside the choice it is a sample of (`sample_of_id`), with price, stock and weight of its own. It is
    no choice of the listing, so it counts as retired from the day it is made: it is nowhere in lists, tiers or searches.
    Whether it can be ordered is what `is_withdrawn` says.
    """

    __tablename__ = "variants"
    __table_args__ = (
        UniqueConstraint("sample_of_id"),
        Index("uq_variants_listing_id_sku", "listing_id", "sku", unique=True, postgresql_where="sample_of_id IS NULL"),
        CheckConstraint("sample_of_id IS NULL OR is_retired", name="samples_are_no_choices"),
        CheckConstraint("stock >= 0", name="stock_is_not_negative"),
        CheckConstraint("reserved >= 0 AND reserved <= stock", name="reserved_fits_stock"),
        CheckConstraint("price_minor > 0", name="price_is_positive"),
        CheckConstraint("jsonb_typeof(price_tiers) = 'array'", name="price_tiers_are_a_list"),
        CheckConstraint("net_grams > 0", name="net_grams_are_positive"),
        CheckConstraint("pieces BETWEEN 1 AND 100000", name="pieces_are_sane"),
    )
    id: Mapped[UuidPk]
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"), index=True)
    sku: Mapped[str]
    names: Mapped[dict[str, str]] = mapped_column(JSONB, server_default="{}")
    price_minor: Mapped[int]
    price_tiers: Mapped[list[Any]] = mapped_column(server_default="[]")
    net_grams: Mapped[int | None]
    pieces: Mapped[int | None]
    picture_id: Mapped[UUID | None] = mapped_column(ForeignKey("pictures.id"), index=True)
    stock: Mapped[int]
    reserved: Mapped[int] = mapped_column(server_default="0")
    position: Mapped[int] = mapped_column(server_default="0")
    is_retired: Mapped[bool] = mapped_column(server_default=text("false"))
    sample_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("variants.id"))
    is_withdrawn: Mapped[bool] = mapped_column(server_default=text("false"))
    listing: Mapped[Listing] = relationship(back_populates="variants", lazy="select")

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """Other prices from a quantity on, smallest quantity first."""
        return read_kept(self.price_tiers)

    @property
    def available(self) -> int:
        return self.stock - self.reserved

    @property
    def is_sample(self) -> bool:
        return self.sample_of_id is not None

    @property
    def is_offered(self) -> bool:
        """Whether the seller has it among the choices, or gives it as a sample."""
        return not self.is_withdrawn if self.is_sample else not self.is_retired


def is_offered() -> ColumnElement[bool]:
    """The condition on `variants` that one is among the choices, or is a sample that is given."""
    return or_(~Variant.is_retired, Variant.sample_of_id.is_not(None) & ~Variant.is_withdrawn)


class StockReservation(Base):
    """Units held for one checkout until it is paid, canceled or out of time.

    A deal holds under its own id, as `order_group_id` and `order_id`, until a checkout takes its goods over.
    """

    __tablename__ = "stock_reservations"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="quantity_is_positive"),
        CheckConstraint("state IN ('held','sold','released','returned')", name="state_is_known"),
        UniqueConstraint("order_group_id", "variant_id", "attempt"),
        Index("ix_stock_reservations_held", "expires_at", postgresql_where=text("state = 'held'")),
    )
    id: Mapped[UuidPk]
    variant_id: Mapped[UUID] = mapped_column(ForeignKey("variants.id"), index=True)
    order_group_id: Mapped[UUID]
    order_id: Mapped[UUID] = mapped_column(index=True)
    attempt: Mapped[int] = mapped_column(server_default="1")
    quantity: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="held")
    expires_at: Mapped[datetime]
    created_at: Mapped[CreatedAt]


class BoughtTogether(Base):
    """Goods that checkouts have had beside each other, counted by a job; `rank` begins with 1, the most often."""

    __tablename__ = "bought_together"
    __table_args__ = (Index("ix_bought_together_rank", "listing_id", "rank"),)
    listing_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("listings.id"), primary_key=True, index=True)
    times: Mapped[int]
    rank: Mapped[int]


TITLE_WORDS = func.ts_filter(Listing.search, text("'{a}'"))
"""The words of titles alone, as `app.catalog.search.document` weighs them."""
Index("ix_listings_title_words", TITLE_WORDS, postgresql_using="gin")
Index("ix_variants_sku_lower", func.lower(Variant.sku))  # lists of codes are looked up by it
