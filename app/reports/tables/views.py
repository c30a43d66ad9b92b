"""Reports that are tables on screen and as files, and the journals behind their lines."""

from functools import partial
from uuid import UUID

from flask import Blueprint, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.db.session import report_snapshot
from app.identity.actor import market_role
from app.identity.current import current_actor, require_market_role, require_signed_in
from app.identity.rules.roles import READING_BOOKS
from app.ledger.chart import CHART
from app.ledger.words import event_words
from app.reports.copying import MOST_COPIED, TSV, with_tabs
from app.reports.downloads import CSV, XLSX, download
from app.reports.queries import scope_for, shops_to_choose
from app.reports.tables.asking import asked_for, file_name, tables_for
from app.reports.tables.files import table_csv, table_pdf, table_xlsx, total_lines
from app.reports.tables.journals import journal_of, journals_of_order
from app.reports.tables.leads import LEADS
from app.reports.tables.printing import MOST_PRINTED
from app.reports.tables.reading import Asked, line_count, rows, totals
from app.reports.tables.telling import grouped, told
from app.saved.rules import DAYS
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
    return page("reports/tables.html", tables=tables_for(current_actor()), scope=scope)


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
        feet=[
            [f"{line[0]} {total['asset']}".strip(), *line[1:]]
            for line, total in zip(total_lines(current_locale(), asked.table, found), found, strict=False)
        ],
        count=line_count(found),
        skip=skip,
        at_once=AT_ONCE,
        shops=shops,
        accounts=CHART.values(),
        leads=LEADS if market_role(current_actor(), *READING_BOOKS) else {},
        told=partial(told, current_locale()),
        most_printed=MOST_PRINTED,
        most_copied=MOST_COPIED,
        days_to_keep=DAYS,
    )


@bp.get("/books/reports/<key>.csv")
@require_signed_in
def as_csv(key: str) -> ResponseReturnValue:
    with report_snapshot() as session:
        asked = _asked(session, key)
        file = table_csv(session, asked)
    return download(file, file_name(asked, "csv"), CSV)


@bp.get("/books/reports/<key>.tsv")
@require_signed_in
def to_copy(key: str) -> ResponseReturnValue:
    with report_snapshot() as session:
        asked = _asked(session, key)
        file = table_csv(session, asked)
    return download(with_tabs(file), file_name(asked, "tsv"), TSV)


@bp.get("/books/reports/<key>.xlsx")
@require_signed_in
def as_xlsx(key: str) -> ResponseReturnValue:
    with report_snapshot() as session:
        asked = _asked(session, key)
        file = table_xlsx(session, asked)
    return download(file, file_name(asked, "xlsx"), XLSX)


@bp.get("/books/reports/<key>.pdf")
@require_signed_in
def as_pdf(key: str) -> ResponseReturnValue:
    with report_snapshot() as session:
        asked = _asked(session, key)
        answer = make_response(table_pdf(session, asked, current_locale()))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name(asked, "pdf")}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/books/journals")
@require_market_role(*READING_BOOKS)
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
@require_market_role(*READING_BOOKS)
def journal(journal_id: UUID) -> ResponseReturnValue:
    """One journal whole: its lines, and the row of Stripe or the log of the chain that it was made from."""
    with report_snapshot() as session:
        found = journal_of(session, current_actor(), journal_id)
    return page(
        "reports/journal.html", found=found, event_words=partial(event_words, current_locale()), grouped=grouped
    )


def _asked(session: Session, key: str) -> Asked:
    """From the address. Raises ReportNotFound, ShopNotFound, ImpossiblePeriod."""
    sent = request.args
    return asked_for(
        session, current_actor(), key, shop=sent.get("shop") or None, first=sent.get("first"), last=sent.get("last"),
        account=sent.get("account", ""),
    )  # fmt: skip
