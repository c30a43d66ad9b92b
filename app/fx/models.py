"""Dated exchange rates against the US dollar."""

from datetime import date

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base


class FxRate(Base):
    """`per_usd_micro`: how many whole units of the currency one dollar buys, times one million."""

    __tablename__ = "fx_rates"
    __table_args__ = (CheckConstraint("per_usd_micro > 0", name="rate_is_positive"),)
    currency: Mapped[str] = mapped_column(primary_key=True)
    as_of: Mapped[date] = mapped_column(primary_key=True)
    per_usd_micro: Mapped[int]
    source: Mapped[str]


class TaxOfficeRate(Base):
    """At which a tax office wants foreign money told. Prices never follow it."""

    __tablename__ = "tax_office_rates"
    __table_args__ = (CheckConstraint("per_usd_micro > 0", name="rate_is_positive"),)
    currency: Mapped[str] = mapped_column(primary_key=True)
    as_of: Mapped[date] = mapped_column(primary_key=True)
    per_usd_micro: Mapped[int]
    source: Mapped[str]
