"""The trial balance of any month, on screen and as files, down to whose each part of an account is."""

import io

from flask import request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.closing.errors import NoSuchAccount
from app.closing.views import bp
from app.closing.views.months import beside, last_day
from app.db.session import report_snapshot
from app.identity.current import require_market_role
from app.identity.rules.roles import READING_BOOKS
from app.ledger.chart import CHART
from app.ledger.months import CLOSED, Month, month, span
from app.ledger.trial_balance import TrialLine, sides, total, trial_balance
from app.reconciliation.plain import amount_text
from app.reports.copying import TSV, with_tabs
from app.reports.downloads import CSV, PDF, XLSX, download
from app.reports.trial import assets, owner_lines
from app.reports.trial_files import (
    trial_balance_csv,
    trial_balance_pdf,
    trial_balance_xlsx,
    trial_standing,
    trial_title,
)
from app.saved.rules import DAYS
from app.web.languages import current_locale
from app.web.pages import page

SHOWN = 200


@bp.get("/books/trial-balance")
@require_market_role(*READING_BOOKS)
def trial() -> ResponseReturnValue:
    with report_snapshot() as session:
        asked, lines = _asked(session)
    before, after = beside(asked)
    return page(
        "closing/trial_balance.html",
        month=asked,
        lines=lines,
        assets=assets(lines),
        before=before,
        after=after,
        total=total,
        sides=sides,
        amount_text=amount_text,
        is_kept=asked.state == CLOSED and asked.hash is not None,
        last_day=last_day(asked),
        days_to_keep=DAYS,
    )


@bp.get("/books/trial-balance/<number>")
@require_market_role(*READING_BOOKS)
def account(number: str) -> ResponseReturnValue:
    """Whose the parts of one account are."""
    if number not in CHART:
        raise NoSuchAccount
    with report_snapshot() as session:
        asked = _month(session)
        lines = owner_lines(session, asked.period, number, most=SHOWN + 1)
    return page(
        "closing/account.html",
        month=asked,
        number=number,
        name=CHART[number].name,
        lines=lines[:SHOWN],
        has_more=len(lines) > SHOWN,
        shown=SHOWN,
        sides=sides,
        amount_text=amount_text,
        last_day=last_day(asked),
    )


@bp.get("/books/trial-balance.csv")
@require_market_role(*READING_BOOKS)
def trial_as_csv() -> ResponseReturnValue:
    with report_snapshot() as session:
        asked, lines = _asked(session)
    return download(trial_balance_csv(lines), f"trial-balance-{asked.period}.csv", CSV)


@bp.get("/books/trial-balance.tsv")
@require_market_role(*READING_BOOKS)
def trial_to_copy() -> ResponseReturnValue:
    with report_snapshot() as session:
        asked, lines = _asked(session)
    return download(with_tabs(trial_balance_csv(lines)), f"trial-balance-{asked.period}.tsv", TSV)


@bp.get("/books/trial-balance.xlsx")
@require_market_role(*READING_BOOKS)
def trial_as_xlsx() -> ResponseReturnValue:
    with report_snapshot() as session:
        asked, lines = _asked(session)
        owners = owner_lines(session, asked.period)
    file = trial_balance_xlsx(lines, owners, title=trial_title(asked), note=trial_standing(asked))
    return download(file, f"trial-balance-{asked.period}.xlsx", XLSX)


@bp.get("/books/trial-balance.pdf")
@require_market_role(*READING_BOOKS)
def trial_as_pdf() -> ResponseReturnValue:
    with report_snapshot() as session:
        asked, lines = _asked(session)
    file = trial_balance_pdf(lines, current_locale(), asked)
    return download(io.BytesIO(file), f"trial-balance-{asked.period}.pdf", PDF)


def _asked(session: Session) -> tuple[Month, list[TrialLine]]:
    asked = _month(session)
    return asked, trial_balance(session, asked.period)


def _month(session: Session) -> Month:
    """Of `?month=2026-10`; without one, the running month."""
    return month(session, request.args.get("month") or span(session)[1])
