"""The books of the market for programs of its accountants: does it tie out, what is open, what was settled, the seals."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import asking_reader, for_programs
from app.access.rules import BOOKS_READ
from app.api.document import PREFIX
from app.api.schemas import PageQuerySchema, page_body, page_schema
from app.config.days import today_in
from app.db.session import reading, report_snapshot
from app.proofs.queries import (
    anchor_over,
    last_anchor,
    last_check,
    newest_seal,
    places_of,
    planned_anchor,
    seal_numbered,
    seal_record,
    seals_page,
    waiting,
)
from app.reconciliation.plain import as_json, from_json
from app.reconciliation.queries import last_tie_out
from app.reports.api.shared import settlement_of
from app.reports.books_schemas import (
    BooksPeriodQuerySchema,
    DayQuerySchema,
    LastTieOutSchema,
    OpenAccountsSchema,
    SealingSchema,
    SealSchema,
    SealShownSchema,
    open_body,
    sealing_body,
    shown_body,
)
from app.reports.downloads import CSV, download
from app.reports.errors import SealNotFound
from app.reports.open_item_files import open_items_csv
from app.reports.open_items import OpenAccount, open_accounts
from app.reports.proof_files import proof_of_entry
from app.reports.queries import Scope, scope_for, settlement_lines
from app.reports.rules import Period, day_text, period_of
from app.reports.schemas import ProofSchema, SettlementSchema
from app.reports.settlement_files import settlement_csv

bp = Blueprint("books", __name__, url_prefix=f"{PREFIX}/books", description="The books of the market")


@bp.get("/tie-out")
@for_programs(BOOKS_READ)
@bp.response(200, LastTieOutSchema)
def tie_out() -> dict[str, Any]:
    """The newest comparison of Stripe, books and chain."""
    asking_reader()
    with reading() as session:
        run = last_tie_out(session)
        return {"tie_out": as_json(from_json(run.content)) if run else None}


@bp.get("/open-items")
@for_programs(BOOKS_READ)
@bp.arguments(DayQuerySchema, location="query", unknown=RAISE)
@bp.response(200, OpenAccountsSchema)
def open_items(asked: dict[str, Any]) -> dict[str, Any]:
    """Receivables and liabilities at the end of a day, and whether what they are made of explains them."""
    period, accounts = _open_items(asked)
    return {"on": period.last, "time_zone": period.time_zone, "accounts": [open_body(one) for one in accounts]}


@bp.get("/open-items.csv")
@for_programs(BOOKS_READ)
@bp.arguments(DayQuerySchema, location="query", unknown=RAISE)
@bp.response(200, {"type": "string"}, content_type=CSV)
def open_items_as_csv(asked: dict[str, Any]) -> Response:
    """Item by item, as the file that the page offers."""
    period, accounts = _open_items(asked)
    return download(open_items_csv(accounts, time_zone=period.time_zone), f"open-items-{period.last}.csv", CSV)


@bp.get("/settlement")
@for_programs(BOOKS_READ)
@bp.arguments(BooksPeriodQuerySchema, location="query", unknown=RAISE)
@bp.response(200, SettlementSchema)
def settlement(asked: dict[str, Any]) -> dict[str, Any]:
    """Of all shops or one, line by line. Long ones come as CSV only."""
    with report_snapshot() as session:
        return settlement_of(session, *_settled(session, asked))


@bp.get("/settlement.csv")
@for_programs(BOOKS_READ)
@bp.arguments(BooksPeriodQuerySchema, location="query", unknown=RAISE)
@bp.response(200, {"type": "string"}, content_type=CSV)
def settlement_as_csv(asked: dict[str, Any]) -> Response:
    """The same as the file that the page offers, of any length."""
    with report_snapshot() as session:
        scope, period = _settled(session, asked)
        file = settlement_csv(settlement_lines(session, scope, period))
    return download(file, f"settlement-{scope.slug}-{period.first}-{period.last}.csv", CSV)


@bp.get("/sealing")
@for_programs(BOOKS_READ)
@bp.response(200, SealingSchema)
def sealing() -> dict[str, Any]:
    """Are the books sealed, on chain, and found as they were sealed?"""
    asking_reader()
    with reading() as session:
        newest = newest_seal(session)
        standing = waiting(session, newest), last_anchor(session), planned_anchor(session), last_check(session)
        return sealing_body(newest, *standing)


@bp.get("/seals")
@for_programs(BOOKS_READ)
@bp.arguments(PageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(SealSchema))
def seals(asked: dict[str, Any]) -> dict[str, Any]:
    """All of them, the newest first."""
    asking_reader()
    with reading() as session:
        return page_body(seals_page(session, cursor=asked["cursor"], size=asked["size"]), seal_record)


@bp.get("/seals/<int:seal_number>")
@for_programs(BOOKS_READ)
@bp.response(200, SealShownSchema)
def seal(seal_number: int) -> dict[str, Any]:
    """One, with what its root is made of and where on chain it is covered."""
    asking_reader()
    with report_snapshot() as session:
        found = seal_numbered(session, seal_number)
        if found is None:
            raise SealNotFound
        return shown_body(found, anchor_over(session, seal_number), places_of(session, seal_number))


@bp.get("/entries/<uuid:journal>/proof")
@for_programs(BOOKS_READ)
@bp.response(200, ProofSchema)
def proof(journal: UUID) -> dict[str, Any]:
    """That an entry stands in the sealed books: `docs/accountants/check_proof.py` checks it without the market."""
    asking_reader()
    with report_snapshot() as session:
        return proof_of_entry(session, journal, now=datetime.now(UTC))


def _open_items(asked: dict[str, Any]) -> tuple[Period, list[OpenAccount]]:
    reader = asking_reader()
    with report_snapshot() as session:
        scope = scope_for(session, reader, None)
        today = today_in(scope.time_zone)
        day = day_text(asked["on"] or today)
        period = period_of(day, day, time_zone=scope.time_zone, today=today)
        return period, open_accounts(session, reader, before=period.ends_at)


def _settled(session: Session, asked: dict[str, Any]) -> tuple[Scope, Period]:
    scope = scope_for(session, asking_reader(), asked["shop"])
    today = today_in(scope.time_zone)
    days = day_text(asked["first"]), day_text(asked["last"])
    return scope, period_of(*days, time_zone=scope.time_zone, today=today)
