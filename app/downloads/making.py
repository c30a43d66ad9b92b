"""Which reports there are as files, and making one of them."""

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import IO

from sqlalchemy.orm import Session

from app.errors import N_
from app.identity.actor import Actor, market_role
from app.identity.rules.roles import READING_BOOKS
from app.ledger.months import month
from app.ledger.trial_balance import trial_balance
from app.reports import on_screen
from app.reports.bank_line_files import camt_xml, quickbooks_csv, xero_csv
from app.reports.bank_lines import bank_lines
from app.reports.books_files import books_parquet, books_text
from app.reports.downloads import CSV, PDF, XLSX
from app.reports.files import Note, counted
from app.reports.on_screen import ON_SCREEN, OPEN_ITEMS, SETTLEMENT, TRIAL_BALANCE
from app.reports.open_item_files import open_items_csv, open_items_pdf, open_items_title, open_items_xlsx
from app.reports.open_items import open_accounts_before
from app.reports.queries import Scope, balances_around, not_final, settlement_lines
from app.reports.rules import Period
from app.reports.settlement_files import settlement_csv, settlement_pdf, settlement_title, settlement_xlsx
from app.reports.tables.all import TABLES
from app.reports.tables.files import table_csv, table_pdf, table_xlsx
from app.reports.tables.reading import Asked, line_count, totals
from app.reports.trial import owner_lines
from app.reports.trial_files import (
    trial_balance_csv,
    trial_balance_pdf,
    trial_balance_xlsx,
    trial_standing,
    trial_title,
)

BALANCE, BOOKS = "balance", "books"
TITLES: Mapping[str, str] = {
    **ON_SCREEN,
    BALANCE: N_("Balance, for an accounting program"),
    BOOKS: N_("The whole books, for other programs"),
}
OF_TABLES = {"csv": CSV, "xlsx": XLSX, "pdf": PDF}
OF_BALANCE = {"camt053": "application/xml", "xero": CSV, "quickbooks": CSV}
OF_BOOKS = {"beancount": "text/plain", "hledger": "text/plain", "parquet": "application/vnd.apache.parquet"}
KINDS = {**OF_TABLES, **OF_BALANCE, **OF_BOOKS}
FORMAT_WORDS = {
    "csv": "CSV", "xlsx": "Excel", "pdf": "PDF", "camt053": "camt.053", "xero": "Xero", "quickbooks": "QuickBooks Online",
    "beancount": "beancount", "hledger": "hledger", "parquet": "Parquet",
}  # fmt: skip
_ENDINGS = {"camt053": "xml", "xero": "csv", "quickbooks": "csv", "hledger": "journal"}


@dataclass(frozen=True)
class Wanted:
    """A report of whole days of an organization in one format; of one account where it is by account."""

    report: str
    format: str
    first: date
    last: date
    account: str = ""


def formats_of(report: str) -> tuple[str, ...]:
    """None for what is no report."""
    special = {BALANCE: tuple(OF_BALANCE), BOOKS: tuple(OF_BOOKS)}
    return special.get(report) or (tuple(OF_TABLES) if report in TITLES else ())


def reports_for(actor: Actor) -> tuple[str, ...]:
    """Those this person may read, in the order they are offered."""
    reads_all = market_role(actor, *READING_BOOKS)
    return tuple(key for key in TITLES if reads_all or is_of_shops(key))


def is_of_shops(report: str) -> bool:
    """Whether there is one of a single shop."""
    return report == BALANCE or on_screen.is_of_shops(report)


def count_lines(session: Session, scope: Scope, wanted: Wanted) -> int | None:
    """How many lines it will have; None where that takes as long as making it."""
    if wanted.report not in TABLES:
        return None
    return line_count(totals(session, _asked(scope, wanted)))


def make(session: Session, scope: Scope, wanted: Wanted, locale: str, note: Note) -> IO[bytes]:
    """The file, at its beginning; `note` hears how many lines are done. The same for the same books, byte for byte.

    Raises TooLongToPrint, TooLongForASheet, NoRoomForFile, NoSuchMonth.
    """
    if wanted.report in _MADE_APART:
        return _MADE_APART[wanted.report](session, scope, wanted, locale, note)
    asked = _asked(scope, wanted)
    if wanted.format == "pdf":
        return io.BytesIO(table_pdf(session, asked, locale))
    return (table_csv if wanted.format == "csv" else table_xlsx)(session, asked, note)


def _settlement(session: Session, scope: Scope, wanted: Wanted, locale: str, note: Note) -> IO[bytes]:
    period = Period(wanted.first, wanted.last, scope.time_zone)
    lines = counted(settlement_lines(session, scope, period), note)
    if wanted.format == "csv":
        return settlement_csv(lines)
    opening, closing = balances_around(session, scope, period)
    waiting = not_final(session, scope)
    if wanted.format == "pdf":
        return io.BytesIO(
            settlement_pdf(lines, locale, scope, period, opening=opening, closing=closing, waiting=waiting)
        )
    title = settlement_title(scope, period)
    return settlement_xlsx(lines, title=title, opening=opening, closing=closing, waiting=waiting)


def _trial_balance(session: Session, _scope: Scope, wanted: Wanted, locale: str, _note: Note) -> IO[bytes]:
    """Of the month that the last day is in."""
    asked = month(session, wanted.last.isoformat()[: len("2026-10")])
    lines = trial_balance(session, asked.period)
    if wanted.format == "csv":
        return trial_balance_csv(lines)
    if wanted.format == "pdf":
        return io.BytesIO(trial_balance_pdf(lines, locale, asked))
    return trial_balance_xlsx(
        lines, owner_lines(session, asked.period), title=trial_title(asked), note=trial_standing(asked)
    )


def _open_items(session: Session, scope: Scope, wanted: Wanted, locale: str, _note: Note) -> IO[bytes]:
    """At the end of the last day."""
    period = Period(wanted.last, wanted.last, scope.time_zone)
    accounts = open_accounts_before(session, period.ends_at)
    if wanted.format == "csv":
        return open_items_csv(accounts, time_zone=period.time_zone)
    if wanted.format == "pdf":
        return io.BytesIO(open_items_pdf(accounts, locale, scope.name, period))
    return open_items_xlsx(accounts, title=open_items_title(scope.name, period), time_zone=period.time_zone)


def _balance(session: Session, scope: Scope, wanted: Wanted, _locale: str, note: Note) -> IO[bytes]:
    period = Period(wanted.first, wanted.last, scope.time_zone)
    lines = bank_lines(counted(settlement_lines(session, scope, period), note))
    if wanted.format == "camt053":
        opening, closing = balances_around(session, scope, period)
        return camt_xml(scope, period, lines, opening=opening, closing=closing)
    return (xero_csv if wanted.format == "xero" else quickbooks_csv)(lines)


def _books(session: Session, _scope: Scope, wanted: Wanted, _locale: str, note: Note) -> IO[bytes]:
    return books_parquet(session, note) if wanted.format == "parquet" else books_text(session, wanted.format, note)


_MADE_APART: Mapping[str, Callable[[Session, Scope, Wanted, str, Note], IO[bytes]]] = {
    SETTLEMENT: _settlement,
    TRIAL_BALANCE: _trial_balance,
    OPEN_ITEMS: _open_items,
    BALANCE: _balance,
    BOOKS: _books,
}
"""Reports that are no table of `app.reports.tables`."""


def _asked(scope: Scope, wanted: Wanted) -> Asked:
    period = Period(wanted.first, wanted.last, scope.time_zone)
    return Asked(TABLES[wanted.report], scope, period, wanted.account)


def file_name(wanted: Wanted, slug: str) -> str:
    about = f"-{wanted.account}" if wanted.account else "" if wanted.format in OF_TABLES else f"-{wanted.format}"
    ending = _ENDINGS.get(wanted.format, wanted.format)
    return f"{wanted.report.replace('_', '-')}{about}-{slug}-{wanted.first}-{wanted.last}.{ending}"
