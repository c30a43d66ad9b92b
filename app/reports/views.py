"""The accountant's desk: does it tie out, and the settlement report on screen and as files."""

from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.db.session import reading, report_snapshot, transaction
from app.identity.current import current_actor, require_market_role, require_signed_in
from app.identity.rules.roles import READING_BOOKS
from app.matching.queries import ageing
from app.money.amounts import TokenAmount
from app.proofs.queries import last_anchor, last_check, newest_seal, planned_anchor, waiting
from app.reconciliation.actions.record_tie_out import record_tie_out
from app.reconciliation.outside import check_now
from app.reconciliation.plain import amount_text, from_json
from app.reconciliation.queries import last_tie_out
from app.reports.downloads import CSV, JSON, XLSX, download
from app.reports.open_item_files import open_items_csv, open_items_xlsx
from app.reports.open_items import OpenAccount, open_accounts
from app.reports.proof_files import proof_file, proof_of_line
from app.reports.queries import (
    Scope,
    balances_around,
    not_final,
    scope_for,
    settlement_lines,
    shops_to_choose,
)
from app.reports.rules import Period, Totals, period_of
from app.reports.settlement_files import settlement_csv, settlement_title, settlement_xlsx
from app.web.forms import BaseForm
from app.web.pages import go_on, page, safe_next

bp = Blueprint("reports", __name__)
SHOWN = 200


@bp.get("/books")
@require_market_role(*READING_BOOKS)
def desk() -> ResponseReturnValue:
    """The newest tie-out: green, or the difference and who is to blame."""
    with reading() as session:
        run = last_tie_out(session)
        found = from_json(run.content) if run else None
        exceptions = ageing(session, now=datetime.now(UTC))
    return page("reports/desk.html", found=found, exceptions=exceptions, amount_text=amount_text, now=datetime.now(UTC))


@bp.post("/books/compare")
@require_market_role(*READING_BOOKS)
def compare() -> ResponseReturnValue:
    """Compare and keep the answer, as `phsar books tie-out` does."""
    if BaseForm().validate_on_submit():
        found = check_now()
        with transaction() as session:
            record_tie_out(session, found)
    return go_on(safe_next(url_for("reports.desk")))


@bp.get("/books/settlement")
@require_signed_in
def settlement() -> ResponseReturnValue:
    with report_snapshot() as session:
        scope, period = _asked(session)
        lines, totals = [], Totals()
        for line in settlement_lines(session, scope, period):
            totals.add(line)
            if totals.count <= SHOWN:
                lines.append(line)
        opening, closing = balances_around(session, scope, period)
        waiting = not_final(session, scope)
        shops = shops_to_choose(session, current_actor())
    return page(
        "reports/settlement.html",
        scope=scope,
        period=period,
        lines=lines,
        totals=totals,
        opening=opening,
        closing=closing,
        waiting=waiting,
        shops=shops,
        shown=SHOWN,
        units=TokenAmount,
        amount_text=amount_text,
    )


@bp.get("/books/settlement.csv")
@require_signed_in
def settlement_as_csv() -> ResponseReturnValue:
    with report_snapshot() as session:
        scope, period = _asked(session)
        file = settlement_csv(settlement_lines(session, scope, period))
    return download(file, _file_name(scope, period, "csv"), CSV)


@bp.get("/books/settlement.xlsx")
@require_signed_in
def settlement_as_xlsx() -> ResponseReturnValue:
    with report_snapshot() as session:
        scope, period = _asked(session)
        opening, closing = balances_around(session, scope, period)
        file = settlement_xlsx(
            settlement_lines(session, scope, period),
            title=settlement_title(scope, period),
            opening=opening,
            closing=closing,
            waiting=not_final(session, scope),
        )
    return download(file, _file_name(scope, period, "xlsx"), XLSX)


@bp.get("/books/settlement/<uuid:journal_id>/proof.json")
@require_signed_in
def proof(journal_id: UUID) -> ResponseReturnValue:
    """That a line stands in the sealed books, to be checked without us."""
    with report_snapshot() as session:
        scope = scope_for(session, current_actor(), request.args.get("shop") or None)
        found = proof_of_line(session, scope, journal_id, now=datetime.now(UTC))
    return download(proof_file(found), f"proof-{journal_id}.json", JSON)


@bp.get("/books/seals")
@require_market_role(*READING_BOOKS)
def seals() -> ResponseReturnValue:
    """Are the books sealed, on chain, and found as they were sealed?"""
    with reading() as session:
        newest = newest_seal(session)
        return page(
            "reports/seals.html",
            newest=newest,
            sealed=newest.first_position + newest.journals if newest else 0,
            waiting=waiting(session, newest),
            anchor=last_anchor(session),
            planned=planned_anchor(session),
            check=last_check(session),
        )


@bp.get("/books/open-items")
@require_market_role(*READING_BOOKS)
def open_items() -> ResponseReturnValue:
    """What receivables and liabilities are made of at the end of a day."""
    period, accounts, _name = _open_items()
    return page("reports/open_items.html", period=period, accounts=accounts, amount_text=amount_text, shown=SHOWN)


@bp.get("/books/open-items.csv")
@require_market_role(*READING_BOOKS)
def open_items_as_csv() -> ResponseReturnValue:
    period, accounts, _name = _open_items()
    file = open_items_csv(accounts, time_zone=period.time_zone)
    return download(file, f"open-items-{period.last}.csv", CSV)


@bp.get("/books/open-items.xlsx")
@require_market_role(*READING_BOOKS)
def open_items_as_xlsx() -> ResponseReturnValue:
    period, accounts, name = _open_items()
    title = f"Open items · {name} · end of {period.last} ({period.time_zone})"
    file = open_items_xlsx(accounts, title=title, time_zone=period.time_zone)
    return download(file, f"open-items-{period.last}.xlsx", XLSX)


def _open_items() -> tuple[Period, list[OpenAccount], str]:
    """Of the end of the asked day (`?on=`), by the market's own clock; without one, of today."""
    with report_snapshot() as session:
        scope = scope_for(session, current_actor(), None)
        today = datetime.now(ZoneInfo(scope.time_zone)).date()
        asked = request.args.get("on") or today.isoformat()
        period = period_of(asked, asked, time_zone=scope.time_zone, today=today)
        return period, open_accounts(session, current_actor(), before=period.ends_at), scope.name


def _asked(session: Session) -> tuple[Scope, Period]:
    """Whose report and which days, from the address."""
    scope = scope_for(session, current_actor(), request.args.get("shop") or None)
    today = datetime.now(ZoneInfo(scope.time_zone)).date()
    period = period_of(request.args.get("first"), request.args.get("last"), time_zone=scope.time_zone, today=today)
    return scope, period


def _file_name(scope: Scope, period: Period, ending: str) -> str:
    return f"settlement-{scope.slug}-{period.first}-{period.last}.{ending}"
