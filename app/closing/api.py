"""Months and trial balances for programs of who reads the books. They read: months are closed and opened by people."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import asking_reader, for_programs
from app.access.rules import BOOKS_READ
from app.api.document import PREFIX
from app.closing.errors import NoSuchAccount
from app.closing.queries import history, late_items, names_of, requests_for, results
from app.closing.rules import stopping
from app.closing.schemas import (
    MonthShownSchema,
    MonthsSchema,
    TrialAccountSchema,
    TrialBalanceSchema,
    YearQuerySchema,
    event_body,
    gate_body,
    late_body,
    month_body,
)
from app.closing.trial import COLUMNS, OWNER_COLUMNS, owner_lines, owner_rows, rows
from app.closing.trial_files import trial_balance_csv, trial_owners_csv
from app.db.session import reading, report_snapshot
from app.ledger.chart import CHART
from app.ledger.months import OPEN, SOFT_CLOSED, Month, month, months, span
from app.ledger.trial_balance import trial_balance
from app.reports.downloads import CSV, download

bp = Blueprint("months_of_books", __name__, url_prefix=f"{PREFIX}/books/months", description="Months of the books")
LATE_TOLD = 100
LINES_TOLD = 5_000


@bp.get("")
@for_programs(BOOKS_READ)
@bp.arguments(YearQuerySchema, location="query", unknown=RAISE)
@bp.response(200, MonthsSchema)
def all_months(asked: dict[str, Any]) -> dict[str, Any]:
    """Of one year, how each stands and what was kept of it."""
    asking_reader()
    with reading() as session:
        first, last = span(session)
        year = asked["year"] or int(last[:4])
        begins, ends = max(first, f"{year}-01"), min(last, f"{year}-12")
        found = months(session, begins, ends) if begins <= ends else []
        names = names_of(session, {one.closed_by for one in found if one.closed_by})
        return {"first": first, "last": last, "rows": [month_body(one, names) for one in found[::-1]]}


@bp.get("/<period>")
@for_programs(BOOKS_READ)
@bp.response(200, MonthShownSchema)
def one_month(period: str) -> dict[str, Any]:
    """What stands between it and its closing, what came late, and what was done with it."""
    asking_reader()
    with reading() as session:
        found = month(session, period)
        is_over = found.state in (OPEN, SOFT_CLOSED)
        gates = results(session, found) if is_over else []
        late = [late_body(row) for row in late_items(session, period, most=LATE_TOLD)]
        return {
            **_body(session, found),
            "can_be_closed": is_over and not stopping(gates),
            "gates": [gate_body(one) for one in gates],
            "late": [row for row in late if row["late_for"] == period],
            "late_here": [row for row in late if row["period"] == period],
            "has_more_late": len(late) == LATE_TOLD,
            "events": [event_body(row) for row in history(session, period)],
            "reopenings": requests_for(session, period),
        }


@bp.get("/<period>/trial-balance")
@for_programs(BOOKS_READ)
@bp.response(200, TrialBalanceSchema)
def trial(period: str) -> dict[str, Any]:
    """Account by account, owners added up."""
    asking_reader()
    with report_snapshot() as session:
        found = month(session, period)
        lines = [dict(zip(COLUMNS, row, strict=True)) for row in rows(trial_balance(session, period))]
        return {
            **_body(session, found),
            "lines": [line for line in lines if line["account"] in CHART],
            "totals": [line for line in lines if line["account"] not in CHART],
        }


@bp.get("/<period>/trial-balance.csv")
@for_programs(BOOKS_READ)
@bp.response(200, {"type": "string"}, content_type=CSV)
def trial_as_csv(period: str) -> Response:
    """The same as the file that the page offers."""
    asking_reader()
    with report_snapshot() as session:
        found = month(session, period)
        lines = trial_balance(session, period)
    return download(trial_balance_csv(lines), f"trial-balance-{found.period}.csv", CSV)


@bp.get("/<period>/trial-balance/owners.csv")
@for_programs(BOOKS_READ)
@bp.response(200, {"type": "string"}, content_type=CSV)
def owners_as_csv(period: str) -> Response:
    """All accounts part by part, with whose each is."""
    asking_reader()
    with report_snapshot() as session:
        found = month(session, period)
        lines = owner_lines(session, period)
    return download(trial_owners_csv(lines), f"trial-balance-owners-{found.period}.csv", CSV)


@bp.get("/<period>/trial-balance/<account>")
@for_programs(BOOKS_READ)
@bp.response(200, TrialAccountSchema)
def one_account(period: str, account: str) -> dict[str, Any]:
    """One account, part by part with whose each is: an order's, a seller's, a country's."""
    asking_reader()
    if account not in CHART:
        raise NoSuchAccount
    with report_snapshot() as session:
        found = month(session, period)
        lines = owner_lines(session, period, account, most=LINES_TOLD + 1)
    return {
        "period": found.period,
        "account": account,
        "account_name": CHART[account].name,
        "lines": [dict(zip(OWNER_COLUMNS, row, strict=True)) for row in owner_rows(lines[:LINES_TOLD])],
        "has_more": len(lines) > LINES_TOLD,
    }


def _body(session: Session, found: Month) -> dict[str, Any]:
    return month_body(found, names_of(session, {found.closed_by} if found.closed_by else set()))
