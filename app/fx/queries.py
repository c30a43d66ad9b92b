"""The exchange rate that counts: the newest one, with its date and source."""

from collections.abc import Collection, Iterable
from datetime import date

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.config.days import market_today
from app.fx.errors import RateMissing
from app.fx.models import FxRate, TaxOfficeRate
from app.fx.rules import DatedRate
from app.money.amounts import MICRO, Rate


def _one_to_one() -> DatedRate:
    return DatedRate(Rate("USD", MICRO), market_today(), "USD")


def rate_for(session: Session, currency: str) -> DatedRate:
    """The newest rate of `currency`. Raises RateMissing."""
    if currency == "USD":
        return _one_to_one()
    newest = select(FxRate).where(FxRate.currency == currency).order_by(FxRate.as_of.desc()).limit(1)
    found = session.scalar(newest)
    if found is None:
        raise RateMissing(currency=currency)
    return _dated(found)


def all_rates(session: Session) -> dict[str, DatedRate]:
    """The newest rate of every currency that has one, the dollar's own included."""
    return {"USD": _one_to_one()} | _newest(session, true())


def _newest(session: Session, which: ColumnElement[bool]) -> dict[str, DatedRate]:
    newest = select(FxRate).ext(distinct_on(FxRate.currency)).order_by(FxRate.currency, FxRate.as_of.desc())
    return {row.currency: _dated(row) for row in session.scalars(newest.where(which))}


def rates_of(session: Session, currencies: Collection[str]) -> dict[str, DatedRate]:
    """The newest rate of each of `currencies` that has one; a dollar is a dollar without being asked."""
    others = set(currencies) - {"USD"}
    return {"USD": _one_to_one()} | (_newest(session, FxRate.currency.in_(others)) if others else {})


def tax_office_rate(session: Session, currency: str, on: date) -> DatedRate | None:
    """At which the tax office of that money wants dollars of that day told; None where the operator loads none."""
    newest = (
        select(TaxOfficeRate)
        .where(TaxOfficeRate.currency == currency, TaxOfficeRate.as_of <= on)
        .order_by(TaxOfficeRate.as_of.desc())
        .limit(1)
    )
    found = session.scalar(newest)
    return None if found is None else _dated(found)


def tax_office_rates(session: Session) -> list[DatedRate]:
    """The newest of each currency."""
    newest = select(TaxOfficeRate).ext(distinct_on(TaxOfficeRate.currency))
    rows = session.scalars(newest.order_by(TaxOfficeRate.currency, TaxOfficeRate.as_of.desc()))
    return [_dated(row) for row in rows]


def _dated(row: FxRate | TaxOfficeRate) -> DatedRate:
    return DatedRate(Rate(row.currency, row.per_usd_micro), row.as_of, row.source)


def stale(rates: Iterable[DatedRate], on: date, *, after_days: int) -> list[DatedRate]:
    """Those older than `after_days` on that day, for the operator to renew."""
    return [dated for dated in rates if (on - dated.as_of).days > after_days]
