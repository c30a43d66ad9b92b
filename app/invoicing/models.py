"""Documents and the counters of their series. The database numbers, dates and keeps them; see the migration's triggers."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, UniqueConstraint, cast, func, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from app.db.base import Base, CreatedAt, UuidPk
from app.identity.models import Organization
from app.invoicing.rules.numbers import number_text
from app.orders.models import Order


class InvoiceSeries(Base):
    """How many documents a series of a seller has. Written by the trigger that numbers them."""

    __tablename__ = "invoice_series"
    __table_args__ = (CheckConstraint("last_number > 0", name="it_has_one"),)
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"), primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class Invoice(Base):
    """An invoice, or a credit note that `corrects` one. Append-only. Amounts in US cents, with the tax inside.

    `source` is the key of the order's fact that asked for it. `local_*` are the same amounts in the money of
    the seller's country, or in the order's where no tax is told.
    `content` holds both parties, lines and taxes as they were. `number`, `issued_at` and `issued_on` are written by the
    database. `issued_on` and `supplied_on` are days by the seller's clock, whoever reads them.
    """

    __tablename__ = "invoices"
    __table_args__ = (
        UniqueConstraint("organization_id", "series", "number"),
        UniqueConstraint("order_id", "source"),
        CheckConstraint("kind IN ('invoice','credit_note')", name="kind_is_known"),
        CheckConstraint(
            "series IN ('T','I','C') AND (series = 'C') = (kind = 'credit_note')", name="series_is_of_kind"
        ),
        CheckConstraint("(corrects_id IS NULL) = (kind = 'invoice')", name="credit_notes_correct"),
        CheckConstraint("number > 0", name="number_is_counted"),
        CheckConstraint("total_cents > 0 AND tax_cents BETWEEN 0 AND total_cents", name="tax_is_inside"),
        CheckConstraint(
            "local_total_minor >= 0 AND local_tax_minor BETWEEN 0 AND local_total_minor", name="local_tax_is_inside"
        ),
        Index("ix_invoices_organization_id_issued_at_id", "organization_id", "issued_at", "id"),
        Index("ix_invoices_issued_at_id", "issued_at", "id"),
    )
    id: Mapped[UuidPk]
    organization_id: Mapped[UUID] = mapped_column(ForeignKey("organizations.id"))
    series: Mapped[str]
    number: Mapped[int] = mapped_column(server_default=text("0"))
    kind: Mapped[str]
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"))
    source: Mapped[str]
    corrects_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoices.id"), index=True)
    issued_at: Mapped[CreatedAt]
    issued_on: Mapped[date] = mapped_column(server_default=text("'1970-01-01'"))
    supplied_at: Mapped[datetime] = mapped_column()
    total_cents: Mapped[int]
    tax_cents: Mapped[int]
    local_currency: Mapped[str]
    local_total_minor: Mapped[int]
    local_tax_minor: Mapped[int]
    content: Mapped[dict[str, Any]]
    supplied_on: Mapped[date] = column_property(
        select(cast(func.timezone(Organization.time_zone, supplied_at), Date))
        .where(Organization.id == organization_id)
        .correlate_except(Organization)
        .scalar_subquery()
    )
    corrects: Mapped["Invoice | None"] = relationship(remote_side="Invoice.id", lazy="joined", join_depth=1)
    order: Mapped[Order] = relationship(lazy="raise")
    organization: Mapped[Organization] = relationship(lazy="raise")

    @property
    def name(self) -> str:
        """Its number as it is written."""
        return number_text(self.series, self.number)

    @property
    def is_credit(self) -> bool:
        return self.corrects_id is not None

    @property
    def net_cents(self) -> int:
        return self.total_cents - self.tax_cents
