"""How much a private person has sold in a year, against the line of its country."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.config.days import day_in
from app.db.sql_files import read_statement
from app.fx.errors import RateMissing
from app.fx.queries import rate_for
from app.identity.models import Organization
from app.identity.rules.roles import PRIVATE_PERSON
from app.money.amounts import UNITS_PER_CENT, Money, usd
from app.orders.rules.private_sales import YearSales
from app.tax.private_sellers import private_limit

_SALES = read_statement(Path(__file__).parent / "sql" / "sales_of_year.sql")


@dataclass(frozen=True)
class PrivateYear:
    """`limit` in the currency of the country's law; None where no line is known. `what` says what the line means."""

    year: int
    sales: YearSales
    limit: Money | None
    what: str
    source: str
    checked_on: date | None


def private_year(session: Session, shop: Organization, now: datetime) -> PrivateYear | None:
    """Of this calendar year in the shop's own time zone; None for shops that are no private person's. Two queries."""
    if shop.kind != PRIVATE_PERSON:
        return None
    zone = ZoneInfo(shop.time_zone)
    today = day_in(shop.time_zone, now)
    sold = sold_between(
        session, shop.id, datetime(today.year, 1, 1, tzinfo=zone), datetime(today.year + 1, 1, 1, tzinfo=zone)
    )
    line = private_limit(shop.country, today)
    if line is None or line.limit is None:
        found = (line.what, line.source, line.checked_on) if line else ("", "", None)
        return PrivateYear(today.year, YearSales(sold, None), None, *found)
    try:
        in_dollars = rate_for(session, line.limit.currency).rate.to_usd(line.limit)
    except RateMissing:  # a market that never loaded this currency still releases money
        return PrivateYear(today.year, YearSales(sold, None), None, line.what, line.source, line.checked_on)
    return PrivateYear(today.year, YearSales(sold, in_dollars), line.limit, line.what, line.source, line.checked_on)


def sold_between(session: Session, organization_id: UUID, starts_at: datetime, ends_at: datetime) -> Money:
    """What completed sales came to: released to the seller, commission included."""
    values = {"organization_id": organization_id, "starts_at": starts_at, "ends_at": ends_at}
    return usd(int(session.scalars(_SALES, values).one()) // UNITS_PER_CENT)
