"""Switches, statements, what holds of each order, what was kept of it, and what a country got. Orders are opaque ids here."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db.base import Base, BaseUnits, CreatedAt, UuidPk


class WithholdingSwitch(Base):
    """The operator's word that a country's rules bind this market from one day to another; no two say of the same day.

    `scope`: its rules on withholding, or the VAT of sales within it or into it, which the market then answers for.
    """

    __tablename__ = "withholding_switches"
    __table_args__ = (
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country_is_two_letters"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_it_starts"),
        CheckConstraint("scope IN ('withheld', 'home', 'imports')", name="scope_is_known"),
    )
    id: Mapped[UuidPk]
    scope: Mapped[str] = mapped_column(server_default="withheld")
    country: Mapped[str] = mapped_column(index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    reason: Mapped[str]
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[CreatedAt]


class SellerTaxNumber(Base):
    """The number a seller's country knows it by, for certificates and filings."""

    __tablename__ = "seller_tax_numbers"
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    tax_number: Mapped[str]
    updated_at: Mapped[CreatedAt]


class SellerStatement(Base):
    """A seller's word, for one year, of having sold no more than the country's threshold. `wording` is what was signed."""

    __tablename__ = "seller_statements"
    __table_args__ = (
        Index(
            "uq_seller_statements_standing",
            "organization_id",
            "year",
            unique=True,
            postgresql_where="withdrawn_at IS NULL",
        ),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    country: Mapped[str]
    year: Mapped[int]
    wording: Mapped[str]
    signed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    signed_at: Mapped[CreatedAt]
    withdrawn_at: Mapped[datetime | None]


class OrderTaxTerms(Base):
    """One rule as it holds of one order, fixed when it is placed. Units of the token.

    `tax`: the seller's own, withheld, or the VAT of the sale, which the market owes (supply). `base_units` of its
    `amount_units` are taxed. `released_units` and `returned_units` only grow; `withheld_units` is
    what was withheld, less what was given back: `due_units`, but for what the seller's balance had not.
    """

    __tablename__ = "order_tax_terms"
    __table_args__ = (
        UniqueConstraint("order_id", "rule_key"),
        CheckConstraint("base_units >= 0 AND base_units <= amount_units", name="base_is_part_of_amount"),
        CheckConstraint("rate_numerator > 0 AND rate_numerator < rate_denominator", name="rate_is_a_fraction"),
        CheckConstraint(
            "returned_units >= 0 AND returned_units <= released_units AND released_units <= amount_units",
            name="kept_is_part_of_released",
        ),
        CheckConstraint("withheld_units >= 0", name="withheld_is_not_negative"),
        CheckConstraint("tax IN ('withheld', 'supply')", name="tax_is_known"),
        Index("ix_order_tax_terms_missing", "order_id", postgresql_where="withheld_units < due_units"),
    )
    id: Mapped[UuidPk]
    order_id: Mapped[UUID]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), index=True)
    country: Mapped[str]
    tax: Mapped[str] = mapped_column(server_default="withheld")
    rule_key: Mapped[str]
    name: Mapped[str]
    base_units: Mapped[int] = mapped_column(BaseUnits)
    amount_units: Mapped[int] = mapped_column(BaseUnits)
    rate_numerator: Mapped[int]
    rate_denominator: Mapped[int]
    released_units: Mapped[int] = mapped_column(BaseUnits, server_default="0")
    returned_units: Mapped[int] = mapped_column(BaseUnits, server_default="0")
    due_units: Mapped[int] = mapped_column(BaseUnits, server_default="0")
    withheld_units: Mapped[int] = mapped_column(BaseUnits, server_default="0")
    fixed_at: Mapped[CreatedAt]


class TaxRemittance(Base):
    """What a country gets for the movements up to the end of a month. Life: tokens burning, burned, paid by bank.

    `units` are those of its movements; `cents` the whole cents they make together with what earlier ones left over.
    """

    __tablename__ = "tax_remittances"
    __table_args__ = (
        UniqueConstraint("tax", "country", "month"),
        CheckConstraint("tax IN ('withheld', 'supply')", name="tax_is_known"),
        CheckConstraint("cents > 0", name="cents_are_positive"),
        CheckConstraint("state IN ('burning','burned','paid')", name="state_is_known"),
        CheckConstraint("(state = 'paid') = (reference_key IS NOT NULL)", name="paid_has_a_reference"),
    )
    id: Mapped[UuidPk]
    tax: Mapped[str] = mapped_column(server_default="withheld")
    country: Mapped[str]
    month: Mapped[date]
    units: Mapped[int] = mapped_column(BaseUnits)
    cents: Mapped[int]
    state: Mapped[str] = mapped_column(server_default="burning")
    created_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[CreatedAt]
    burned_at: Mapped[datetime | None]
    bank_reference: Mapped[str | None]
    reference_key: Mapped[str | None] = mapped_column(unique=True)
    paid_at: Mapped[datetime | None]


class TaxMovement(Base):
    """Tax withheld of a release (`units` positive) or given back (negative); `key` makes it happen once.

    `transfer` is the chain's mark of its tokens' way, `moved_at` when they had arrived for good.
    """

    __tablename__ = "tax_movements"
    __table_args__ = (
        CheckConstraint("units <> 0", name="units_are_not_zero"),
        Index("ix_tax_movements_open", "at", "id", postgresql_where="remittance_id IS NULL"),
        Index("ix_tax_movements_under_way", "transfer", postgresql_where="moved_at IS NULL"),
    )
    id: Mapped[UuidPk]
    terms_id: Mapped[UUID] = mapped_column(ForeignKey("order_tax_terms.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    base_units: Mapped[int] = mapped_column(BaseUnits)
    units: Mapped[int] = mapped_column(BaseUnits)
    at: Mapped[datetime]
    transfer: Mapped[bytes]
    moved_at: Mapped[datetime | None]
    remittance_id: Mapped[UUID | None] = mapped_column(ForeignKey("tax_remittances.id"), index=True)
    terms: Mapped[OrderTaxTerms] = relationship(lazy="joined", innerjoin=True)
