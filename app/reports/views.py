"""The accountant's desk, and the reports that have a page of their own, on screen and as files."""

import io
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.config.days import today_in
from app.db.session import reading, report_snapshot, transaction
from app.identity.actor import market_role
from app.identity.current import current_actor, require_market_role, require_signed_in
from app.identity.rules.roles import ACCOUNTANT, ACCOUNTING, OPERATOR, READING_BOOKS
from app.matching.queries import ageing
from app.money.amounts import TOKEN_DECIMALS, TokenAmount
from app.proofs.queries import last_anchor, last_check, newest_seal, planned_anchor, waiting
from app.reconciliation.actions.record_tie_out import record_tie_out
from app.reconciliation.outside import check_now
from app.reconciliation.plain import amount_text, from_json
from app.reconciliation.queries import last_tie_out
from app.reports.copying import MOST_COPIED, TSV, with_tabs
from app.reports.desk import AGES, days_before, escrow_by_age, months_to_close, position_of_market, sides_of_seller
from app.reports.downloads import CSV, JSON, PDF, XLSX, download
from app.reports.on_screen import ON_SCREEN
from app.reports.open_item_files import open_items_csv, open_items_pdf, open_items_title, open_items_xlsx
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
from app.reports.settlement_files import settlement_csv, settlement_pdf, settlement_title, settlement_xlsx
from app.reports.tables.all import ESCROW_AGEING
from app.reports.tables.printing import MOST_PRINTED
from app.reports.tables.telling import grouped
from app.saved.queries import saved_shown
from app.saved.rules import DAYS
from app.web.charts import bar_chart, line_chart
from app.web.forms import BaseForm
from app.web.languages import current_locale
from app.web.pages import go_on, page, safe_next

bp = Blueprint("reports", __name__)
SHOWN = 200
COMPARERS = (OPERATOR, ACCOUNTANT)
"""What is compared is kept, and closing a month asks for it; an auditor reads and keeps nothing."""
ONE_TOKEN = 10**TOKEN_DECIMALS


@bp.get("/books")
@require_signed_in
def desk() -> ResponseReturnValue:
    """The market's for who reads its books, or with `?shop=` one shop's; a seller's own."""
    actor = current_actor()
    own: dict[str, Any]
    with report_snapshot() as session:
        scope = scope_for(session, actor, request.args.get("shop") or None)
        run = last_tie_out(session)
        found = from_json(run.content) if run else None
        today = today_in(scope.time_zone)
        days, by_age = days_before(session, scope, today), escrow_by_age(session, scope, today)
        if scope.seller_id is None:
            own = {"position": position_of_market(session), "to_close": months_to_close(session)}
        else:
            sides = sides_of_seller(session, scope.seller_id, found)
            own = {"sides": sides, "is_own": actor.member_of(scope.seller_id, ACCOUNTING)}
    with reading() as session:
        kept = saved_shown(session, actor.user_id)
        if scope.seller_id is None:
            own["exceptions"] = ageing(session, now=datetime.now(UTC))
    return page(
        "reports/desk.html" if scope.seller_id is None else "reports/desk_of_shop.html",
        scope=scope,
        found=found,
        days=days,
        position_drawn=line_chart(([one.first for one in days], [one.second for one in days]), unit=ONE_TOKEN),
        by_age=by_age,
        ages_drawn=bar_chart([int(amount.replace(".", "")) for amount in by_age]) if by_age else None,
        ages=[_(column.label) for column in ESCROW_AGEING.columns if column.name in AGES],
        ages_told=[grouped(amount) for amount in by_age],
        kept=kept,
        titles=ON_SCREEN,
        days_meant=DAYS,
        may_compare=market_role(actor, *COMPARERS),
        amount_text=amount_text,
        grouped=grouped,
        units=TokenAmount,
        one_token=ONE_TOKEN,
        **own,
    )


@bp.post("/books/compare")
@require_market_role(*COMPARERS)
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
        most_copied=MOST_COPIED,
        most_printed=MOST_PRINTED,
        days_to_keep=DAYS,
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


@bp.get("/books/settlement.tsv")
@require_signed_in
def settlement_to_copy() -> ResponseReturnValue:
    with report_snapshot() as session:
        scope, period = _asked(session)
        file = settlement_csv(settlement_lines(session, scope, period))
    return download(with_tabs(file), _file_name(scope, period, "tsv"), TSV)


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


@bp.get("/books/settlement.pdf")
@require_signed_in
def settlement_as_pdf() -> ResponseReturnValue:
    with report_snapshot() as session:
        scope, period = _asked(session)
        opening, closing = balances_around(session, scope, period)
        file = settlement_pdf(
            settlement_lines(session, scope, period),
            current_locale(),
            scope,
            period,
            opening=opening,
            closing=closing,
            waiting=not_final(session, scope),
        )
    return download(io.BytesIO(file), _file_name(scope, period, "pdf"), PDF)


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
    return page(
        "reports/open_items.html",
        period=period,
        accounts=accounts,
        amount_text=amount_text,
        shown=SHOWN,
        is_printable=sum(len(account.items) for account in accounts) <= MOST_PRINTED,
        days_to_keep=DAYS,
    )


@bp.get("/books/open-items.csv")
@require_market_role(*READING_BOOKS)
def open_items_as_csv() -> ResponseReturnValue:
    period, accounts, _name = _open_items()
    file = open_items_csv(accounts, time_zone=period.time_zone)
    return download(file, f"open-items-{period.last}.csv", CSV)


@bp.get("/books/open-items.tsv")
@require_market_role(*READING_BOOKS)
def open_items_to_copy() -> ResponseReturnValue:
    period, accounts, _name = _open_items()
    file = open_items_csv(accounts, time_zone=period.time_zone)
    return download(with_tabs(file), f"open-items-{period.last}.tsv", TSV)


@bp.get("/books/open-items.xlsx")
@require_market_role(*READING_BOOKS)
def open_items_as_xlsx() -> ResponseReturnValue:
    period, accounts, name = _open_items()
    file = open_items_xlsx(accounts, title=open_items_title(name, period), time_zone=period.time_zone)
    return download(file, f"open-items-{period.last}.xlsx", XLSX)


@bp.get("/books/open-items.pdf")
@require_market_role(*READING_BOOKS)
def open_items_as_pdf() -> ResponseReturnValue:
    period, accounts, name = _open_items()
    file = open_items_pdf(accounts, current_locale(), name, period)
    return download(io.BytesIO(file), f"open-items-{period.last}.pdf", PDF)


def _open_items() -> tuple[Period, list[OpenAccount], str]:
    """Of the end of the asked day (`?on=`), by the market's own clock; without one, of today."""
    with report_snapshot() as session:
        scope = scope_for(session, current_actor(), None)
        today = today_in(scope.time_zone)
        asked = request.args.get("on") or today.isoformat()
        period = period_of(asked, asked, time_zone=scope.time_zone, today=today)
        return period, open_accounts(session, current_actor(), before=period.ends_at), scope.name


def _asked(session: Session) -> tuple[Scope, Period]:
    """Whose report and which days, from the address."""
    scope = scope_for(session, current_actor(), request.args.get("shop") or None)
    today = today_in(scope.time_zone)
    period = period_of(request.args.get("first"), request.args.get("last"), time_zone=scope.time_zone, today=today)
    return scope, period


def _file_name(scope: Scope, period: Period, ending: str) -> str:
    return f"settlement-{scope.slug}-{period.first}-{period.last}.{ending}"
