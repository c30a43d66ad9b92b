"""Trial balances as files."""

from collections.abc import Iterator, Sequence
from typing import IO

from app.closing.trial import COLUMNS, MEANINGS, OWNER_COLUMNS, OwnerLine, owner_rows, rows
from app.ledger.trial_balance import TrialLine
from app.reports.files import Book, csv_file, workbook_file

_AMOUNTS = ("opening_debit", "opening_credit", "debits", "credits", "closing_debit", "closing_credit")
_WIDTH = 18


def trial_balance_csv(lines: Sequence[TrialLine]) -> IO[bytes]:
    """Owners added up, a total for each asset. Raises NoRoomForFile."""

    def content() -> Iterator[Sequence[str]]:
        yield COLUMNS
        yield from rows(lines)

    return csv_file(content())


def trial_owners_csv(lines: Sequence[OwnerLine]) -> IO[bytes]:
    """Owners one by one. Raises NoRoomForFile."""

    def content() -> Iterator[Sequence[str]]:
        yield OWNER_COLUMNS
        yield from owner_rows(lines)

    return csv_file(content())


def trial_balance_xlsx(lines: Sequence[TrialLine], owners: Sequence[OwnerLine], *, title: str, note: str) -> IO[bytes]:
    """Three sheets: owners added up, one by one, and what the columns mean. Raises NoRoomForFile."""

    def fill(book: Book) -> None:
        sheet = book.sheet("Trial balance", widths=[_WIDTH] * len(COLUMNS), frozen=3)
        sheet.add([title], bold=True)
        sheet.add([note])
        sheet.add(COLUMNS, bold=True)
        for row in rows(lines):
            sheet.add(row, numbers=_numbers(COLUMNS), bold=row[0] == "total")
        parts = book.sheet("By owner", widths=[_WIDTH] * len(OWNER_COLUMNS), frozen=1)
        parts.add(OWNER_COLUMNS, bold=True)
        for row in owner_rows(owners):
            parts.add(row, numbers=_numbers(OWNER_COLUMNS))
        meanings = book.sheet("Columns", widths=[22, 90])
        for meaning in MEANINGS.items():
            meanings.add(meaning)

    return workbook_file(title, fill)


def _numbers(columns: Sequence[str]) -> frozenset[int]:
    return frozenset(columns.index(name) for name in _AMOUNTS)
