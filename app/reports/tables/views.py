"""Reports that are tables on screen and as files, and the journals behind their lines."""

from datetime import datetime
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.db.session import report_snapshot
from app.identity.actor import market_role
from app.identity.current import current_actor, require_market_role, require_signed_in
from app.ledger.chart import CHART
from app.ledger.words import event_words
from app.reports.downloads import CSV, XLSX, download
from app.reports.errors import ReportNotFound
from app.reports.queries import READS_ALL, scope_for, shops_to_choose
from app.reports.rules import period_of
from app.reports.tables.all import TABLES
from app.reports.tables.files import MOST_PRINTED, table_csv, table_pdf, table_xlsx
from app.reports.tables.journals import journal_of, journals_of_order
from app.reports.tables.leads import LEADS
from app.reports.tables.reading import Asked, line_count, rows, totals
from app.reports.tables.shape import Table
from app.reports.tables.telling import grouped, told
from app.web.languages import current_locale
from app.web.pages import page

bp = Blueprint("tables", __name__)
AT_ONCE = 200
_FURTHEST = 10**9


@bp.get("/books/reports")
@require_signed_in
def choose() -> ResponseReturnValue:
    """Which reports there are for this person."""
    with report_snapshot() as session:
        scope = scope_for(session, current_actor(), None)
    return page("reports/tables.html", tables=_tables(), scope=scope)


@bp.get("/books/reports/<key>")
@require_signed_in
def show(key: str) -> ResponseReturnValue:
    with report_snapshot() as session:
        asked = _asked(session, key)
        skip = min(max(request.args.get("skip", 0, type=int), 0), _FURTHEST)
        lines = list(rows(session, asked, skip=skip, most=AT_ONCE))
        found = totals(session, asked)
        shops = shops_to_choose(session, current_actor())
    return page(
        "reports/table.html",
        asked=asked,
        lines=lines,
        totals=found,
        count=line_count(found),
        skip=skip,
        at_once=AT_ONCE,
        shops=shops,
        accounts=CHART.values(),
        leads=LEADS if market_role(current_actor(), *READS_ALL) else {},
        told=partial(told, current_locale()),
        grouped=grouped,
        most_printed=MOST_PRINTED,
    )


@bp.get("/books/reports/<key>.csv")
@require_signed_in
def as_csv(key: str) -> ResponseReturnValue:
    with report_snapshot() as session:
        asked = _asked(session, key)
        file = table_csv(session, asked)
    return download(file, _file_name(asked, "csv"), CSV)


@bp.get("/books/reports/<key>.xlsx")
@require_signed_in
def as_xlsx(key: str) -> ResponseReturnValue:
    with report_snapshot() as session:
        asked = _asked(session, key)
        file = table_xlsx(session, asked)
    return download(file, _file_name(asked, "xlsx"), XLSX)


@bp.get("/books/reports/<key>.pdf")
@require_signed_in
def as_pdf(key: str) -> ResponseReturnValue:
    with report_snapshot() as session:
        asked = _asked(session, key)
        answer = make_response(table_pdf(session, asked, current_locale()))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{_file_name(asked, "pdf")}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/books/journals")
@require_market_role(*READS_ALL)
def journals() -> ResponseReturnValue:
    """All journals of one order (`?order=`)."""
    number = request.args.get("order", "").strip()
    with report_snapshot() as session:
        found = journals_of_order(session, current_actor(), number)
    return page(
        "reports/journals.html",
        number=number,
        found=found,
        event_words=partial(event_words, current_locale()),
        grouped=grouped,
    )


@bp.get("/books/journals/<uuid:journal_id>")
@require_market_role(*READS_ALL)
def journal(journal_id: UUID) -> ResponseReturnValue:
    """One journal whole: its lines, and the row of Stripe or the log of the chain that it was made from."""
    with report_snapshot() as session:
        found = journal_of(session, current_actor(), journal_id)
    return page(
        "reports/journal.html", found=found, event_words=partial(event_words, current_locale()), grouped=grouped
    )


def _tables() -> list[Table]:
    reads_all = market_role(current_actor(), *READS_ALL)
    return [table for table in TABLES.values() if reads_all or table.for_sellers]


def _asked(session: Session, key: str) -> Asked:
    """Which table of whom and which days, from the address. Raises ReportNotFound, ShopNotFound, ImpossiblePeriod."""
    actor = current_actor()
    table = TABLES.get(key)
    if table is None or not (table.for_sellers or market_role(actor, *READS_ALL)):
        raise ReportNotFound
    scope = scope_for(session, actor, request.args.get("shop") or None if table.for_sellers else None)
    today = datetime.now(ZoneInfo(scope.time_zone)).date()
    period = period_of(request.args.get("first"), request.args.get("last"), time_zone=scope.time_zone, today=today)
    account = request.args.get("account", "") if table.by_account else ""
    return Asked(table, scope, period, account if account in CHART else "")


def _file_name(asked: Asked, ending: str) -> str:
    name = asked.table.key.replace("_", "-") + (f"-{asked.account}" if asked.account else "")
    return f"{name}-{asked.scope.slug}-{asked.period.first}-{asked.period.last}.{ending}"
