"""Which table of whom and which days, for pages and programs alike. Whose they are is decided before anything is read."""

from sqlalchemy.orm import Session

from app.config.days import today_in
from app.identity.actor import Actor, market_role
from app.identity.rules.roles import READING_BOOKS
from app.ledger.chart import CHART
from app.reports.errors import ReportNotFound
from app.reports.queries import scope_for
from app.reports.rules import period_of
from app.reports.tables.all import TABLES
from app.reports.tables.reading import Asked
from app.reports.tables.shape import Table


def tables_for(actor: Actor) -> list[Table]:
    """Those this person may read, in the order they are offered."""
    reads_all = market_role(actor, *READING_BOOKS)
    return [table for table in TABLES.values() if reads_all or table.for_sellers]


def asked_for(
    session: Session, actor: Actor, key: str, *, shop: str | None, first: str | None, last: str | None, account: str
) -> Asked:
    """`shop` is a slug and `account` a number, both left aside where the report has none of it.

    Raises ReportNotFound, ShopNotFound, ImpossiblePeriod.
    """
    table = next((one for one in tables_for(actor) if one.key == key), None)
    if table is None:
        raise ReportNotFound
    scope = scope_for(session, actor, shop if table.for_sellers else None)
    today = today_in(scope.time_zone)
    period = period_of(first, last, time_zone=scope.time_zone, today=today)
    return Asked(table, scope, period, account if table.by_account and account in CHART else "")


def file_name(asked: Asked, ending: str) -> str:
    name = asked.table.key.replace("_", "-") + (f"-{asked.account}" if asked.account else "")
    return f"{name}-{asked.scope.slug}-{asked.period.first}-{asked.period.last}.{ending}"
