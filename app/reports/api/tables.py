"""Reports that are tables, for programs of the market's accountants and of shops; and the journals behind their lines."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, asking_reader, for_programs
from app.access.rules import BOOKS_READ, REPORTS_READ
from app.api.document import PREFIX
from app.api.schemas import ShopQuerySchema
from app.db.session import report_snapshot
from app.identity.actor import Actor
from app.reports.api.shared import MOST_LINES
from app.reports.downloads import CSV, download
from app.reports.errors import TooLongForJson
from app.reports.rules import day_text
from app.reports.table_schemas import (
    JournalShownSchema,
    JournalsSchema,
    OrderQuerySchema,
    ReportQuerySchema,
    ReportTableShownSchema,
    ReportTablesSchema,
    ShopReportQuerySchema,
    journal_body,
    shown_journal_body,
    shown_table_body,
    table_body,
)
from app.reports.tables.asking import asked_for, file_name, tables_for
from app.reports.tables.files import table_csv
from app.reports.tables.journals import journal_of, journals_of_order
from app.reports.tables.reading import Asked, line_count, rows, totals

of_books = Blueprint("reports_of_books", __name__, url_prefix=f"{PREFIX}/books", description="Reports of the books")
of_shop = Blueprint("reports_of_shop", __name__, url_prefix=f"{PREFIX}/shop/reports", description="Reports of a shop")


@of_books.get("/reports")
@for_programs(BOOKS_READ)
@of_books.response(200, ReportTablesSchema)
def tables() -> dict[str, Any]:
    """Which there are, what they tell, and what their columns mean."""
    return {"rows": [table_body(table) for table in tables_for(asking_reader())]}


@of_books.get("/reports/<key>")
@for_programs(BOOKS_READ)
@of_books.arguments(ReportQuerySchema, location="query", unknown=RAISE)
@of_books.response(200, ReportTableShownSchema)
def table(asked: dict[str, Any], key: str) -> dict[str, Any]:
    """One of some days, line by line. Long ones come as CSV only."""
    reader = asking_reader()
    with report_snapshot() as session:
        return _told(session, _asked(session, reader, key, asked))


@of_books.get("/reports/<key>.csv")
@for_programs(BOOKS_READ)
@of_books.arguments(ReportQuerySchema, location="query", unknown=RAISE)
@of_books.response(200, {"type": "string"}, content_type=CSV)
def table_as_csv(asked: dict[str, Any], key: str) -> Response:
    """The same as the file that the page offers, of any length."""
    reader = asking_reader()
    with report_snapshot() as session:
        return _file(session, _asked(session, reader, key, asked))


@of_books.get("/journals")
@for_programs(BOOKS_READ)
@of_books.arguments(OrderQuerySchema, location="query", unknown=RAISE)
@of_books.response(200, JournalsSchema)
def journals(asked: dict[str, str]) -> dict[str, Any]:
    """All that was booked for one order, and for the card payment or refund that paid it."""
    reader = asking_reader()
    with report_snapshot() as session:
        found = journals_of_order(session, reader, asked["order"])
        return {"rows": [journal_body(head, lines) for head, lines in found]}


@of_books.get("/journals/<uuid:journal>")
@for_programs(BOOKS_READ)
@of_books.response(200, JournalShownSchema)
def journal(journal: UUID) -> dict[str, Any]:
    """One whole, as lines of reports and of proofs name it."""
    reader = asking_reader()
    with report_snapshot() as session:
        return shown_journal_body(journal_of(session, reader, journal))


@of_shop.get("")
@for_programs(REPORTS_READ)
@of_shop.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@of_shop.response(200, ReportTablesSchema)
def tables_of_shop(asked: dict[str, Any]) -> dict[str, Any]:
    """Which there are of a shop, what they tell, and what their columns mean."""
    actor, _shop = acting_shop(asked["shop"])
    return {"rows": [table_body(one) for one in tables_for(actor)]}


@of_shop.get("/<key>")
@for_programs(REPORTS_READ)
@of_shop.arguments(ShopReportQuerySchema, location="query", unknown=RAISE)
@of_shop.response(200, ReportTableShownSchema)
def table_of_shop(asked: dict[str, Any], key: str) -> dict[str, Any]:
    """One of some days, line by line. Long ones come as CSV only."""
    actor, _shop = acting_shop(asked["shop"])
    with report_snapshot() as session:
        return _told(session, _asked(session, actor, key, {**asked, "shop": None, "account": ""}))


@of_shop.get("/<key>.csv")
@for_programs(REPORTS_READ)
@of_shop.arguments(ShopReportQuerySchema, location="query", unknown=RAISE)
@of_shop.response(200, {"type": "string"}, content_type=CSV)
def table_of_shop_as_csv(asked: dict[str, Any], key: str) -> Response:
    """The same as the file that the page offers, of any length."""
    actor, _shop = acting_shop(asked["shop"])
    with report_snapshot() as session:
        return _file(session, _asked(session, actor, key, {**asked, "shop": None, "account": ""}))


def _asked(session: Session, actor: Actor, key: str, sent: dict[str, Any]) -> Asked:
    days = {"first": day_text(sent["first"]), "last": day_text(sent["last"])}
    return asked_for(session, actor, key, shop=sent["shop"], account=sent["account"], **days)


def _told(session: Session, asked: Asked) -> dict[str, Any]:
    """Raises TooLongForJson."""
    found = totals(session, asked)
    if line_count(found) > MOST_LINES:
        raise TooLongForJson(field="first", most=MOST_LINES)
    return shown_table_body(asked, list(rows(session, asked)), found)


def _file(session: Session, asked: Asked) -> Response:
    return download(table_csv(session, asked), file_name(asked, "csv"), CSV)
