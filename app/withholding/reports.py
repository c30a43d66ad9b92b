"""What was withheld, as an operator, a tax office and a seller read it: rows for pages, lines for files."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, TextClause
from sqlalchemy.orm import Session

from app.config.days import day_in
from app.db.sql_files import read_statement
from app.identity.models import Organization
from app.identity.queries import market_organization
from app.money.amounts import MICRO, TOKEN_DECIMALS, half_even
from app.money.currencies import currency
from app.web.spreadsheets import csv_line
from app.withholding.rules import SUPPLY, WITHHELD

_FOLDER = Path(__file__).with_name("sql")
FILING = (
    "seller", "kind", "tax_number", "rule", "rate", "orders", "base_usd", "tax_usd", "currency", "base_local", "tax_local",
)  # fmt: skip
CERTIFICATE = (
    "order", "day", "rule", "owed_by", "rate", "base_usd", "tax_usd", "currency", "base_local", "tax_local", "remitted_for",
    "bank_reference",
)  # fmt: skip


OWED_BY = {WITHHELD: "seller", SUPPLY: "market"}


@cache
def _statement(name: str) -> TextClause:
    return read_statement(_FOLDER / f"{name}.sql")


def months(session: Session, year: int) -> Sequence[Row[Any]]:
    """By country and month of the market's own clock, the newest first."""
    values = {
        "time_zone": market_organization(session).time_zone,
        "first": date(year, 1, 1),
        "after": date(year + 1, 1, 1),
    }
    return session.execute(_statement("months"), values).all()


def filing_csv(session: Session, country: str, month: date, *, tax: str = WITHHELD) -> str:
    """A line per seller and rule: bases and tax in US dollars and in the sellers' currency."""
    values = {"time_zone": market_organization(session).time_zone, "tax": tax, "country": country, "month": month}
    rows = session.execute(_statement("filing"), values)
    return _file(FILING, (_filed(row) for row in rows))


def _filed(row: Any) -> list[str]:
    return [
        row.seller,
        row.kind,
        row.tax_number or "",
        row.rule,
        f"{row.rate_numerator}/{row.rate_denominator}",
        str(row.orders),
        decimal(int(row.base_units), TOKEN_DECIMALS),
        decimal(int(row.units), TOKEN_DECIMALS),
        row.currency,
        _local(int(row.base_scaled), row.currency),
        _local(int(row.tax_scaled), row.currency),
    ]


def seller_months(session: Session, shop: Organization, year: int) -> Sequence[Row[Any]]:
    values = {"organization_id": shop.id, "time_zone": shop.time_zone, **_year(shop, year)}
    return session.execute(_statement("seller_months"), values).all()


def certificate_csv(session: Session, shop: Organization, year: int) -> str:
    """Order by order, with the month and the bank's reference under which it was remitted; a last line with the sums.

    VAT that the market owes has lines as well, since it is not the seller's to declare; it is in no sum.
    """
    rows = session.execute(_statement("certificate"), {"organization_id": shop.id, **_year(shop, year)}).all()
    own = [row for row in rows if row.tax == WITHHELD]
    base, tax = sum(int(row.base_units) for row in own), sum(int(row.units) for row in own)
    total = [
        "total",
        "",
        "",
        OWED_BY[WITHHELD],
        "",
        decimal(base, TOKEN_DECIMALS),
        decimal(tax, TOKEN_DECIMALS),
        *[""] * 5,
    ]
    return _file(CERTIFICATE, [*(_certified(row, shop.time_zone) for row in rows), total])


def _certified(row: Any, time_zone: str) -> list[str]:
    is_paid = row.state == "paid"
    return [
        row.number,
        day_in(time_zone, row.at).isoformat(),
        row.rule,
        OWED_BY[row.tax],
        f"{row.rate_numerator}/{row.rate_denominator}",
        decimal(int(row.base_units), TOKEN_DECIMALS),
        decimal(int(row.units), TOKEN_DECIMALS),
        row.currency,
        _local(int(row.base_units) * row.fx_per_usd_micro, row.currency),
        _local(int(row.units) * row.fx_per_usd_micro, row.currency),
        row.remitted_month.strftime("%Y-%m") if is_paid else "",
        (row.bank_reference or "") if is_paid else "",
    ]


def _year(shop: Organization, year: int) -> dict[str, datetime]:
    zone = ZoneInfo(shop.time_zone)
    starts, ends = (datetime(one, 1, 1, tzinfo=zone).astimezone(UTC) for one in (year, year + 1))
    return {"starts_at": starts, "ends_at": ends}


def _file(columns: Sequence[str], rows: Sequence[list[str]] | Iterator[list[str]]) -> str:
    """With a byte-order mark, which spreadsheets need for other letters than Latin ones."""
    return "\ufeff" + csv_line(columns) + "".join(csv_line(row) for row in rows)


def _local(scaled: int, code: str) -> str:
    """From token units times the rate in millionths, half-even to the currency's smallest unit."""
    exponent = currency(code).iso
    return decimal(half_even(scaled * 10**exponent, 10**TOKEN_DECIMALS * MICRO), exponent)


def decimal(amount: int, places: int) -> str:
    whole, fraction = divmod(abs(amount), 10**places)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole}.{fraction:0{places}d}" if places else f"{sign}{whole}"
