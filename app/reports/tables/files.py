"""A table of a report as files. Equal content gives equal bytes."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import IO

from sqlalchemy import text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.errors import N_
from app.notify.words import in_language
from app.reports.errors import TooLongForASheet
from app.reports.files import SHEET_LONGEST, Book, Note, counted, workbook_file, written_file
from app.reports.tables.printing import Part, printed, require_printable
from app.reports.tables.reading import Asked, copy_statement, line_count, rows, set_clock, totals
from app.reports.tables.shape import Column, Kind, Table
from app.reports.tables.telling import plain, title_of, told

_WIDE, _NARROW = 38, 18
_TOTAL = N_("Total")
_AROUND = 8
"""Rows of a sheet that are no lines: its head, and a total for each asset."""


def table_csv(session: Session, asked: Asked, note: Note | None = None) -> IO[bytes]:
    """UTF-8 with a byte-order mark, which spreadsheets need for Khmer; written by PostgreSQL, line by line, never held.

    No line of totals: whoever adds up a column gets its sum. Raises NoRoomForFile.
    """
    statement = text(copy_statement(asked)).compile(dialect=postgresql.dialect(paramstyle="pyformat"))
    set_clock(session, asked)

    def write(draft: IO[bytes]) -> None:
        draft.write(_first_line(asked.table).encode())
        driver = session.connection().connection.driver_connection
        assert driver is not None
        with driver.cursor().copy(f"COPY ({statement}) TO STDOUT WITH (FORMAT csv)", asked.values) as portions:
            for portion in counted(portions, note):  # each is a line
                draft.write(portion)

    return written_file(write)


def _first_line(table: Table) -> str:
    """Names of columns are names of SQL: nothing in them has to be quoted. Lines end as those of COPY do."""
    return "\ufeff" + ",".join(column.name for column in table.columns) + "\n"


def table_xlsx(session: Session, asked: Asked, note: Note | None = None) -> IO[bytes]:
    """Numbers and moments that can be counted with, totals below, the meaning of the columns on a sheet of its own.

    Written row by row. Raises NoRoomForFile, TooLongForASheet.
    """
    columns = asked.table.columns
    numbers = {place for place, column in enumerate(columns) if column.is_number}
    moments = {place for place, column in enumerate(columns) if column.kind is Kind.MOMENT}

    found = totals(session, asked)
    if line_count(found) + _AROUND > SHEET_LONGEST:
        raise TooLongForASheet(most=SHEET_LONGEST)

    def fill(book: Book) -> None:
        widths = [_WIDE if column.leads == "journal" else _NARROW for column in columns]
        sheet = book.sheet("Report", widths=widths, frozen=2)
        sheet.add([plain(asked)], bold=True)
        sheet.add([column.name for column in columns], bold=True)
        with closing(counted(rows(session, asked), note)) as lines:
            for row in lines:
                sheet.add(row, numbers=numbers, moments=moments)
        for total in found if asked.table.sums else ():
            sheet.add(
                [total.get(column.name, "") if column.sums else "" for column in columns], numbers=numbers, bold=True
            )
        meanings = book.sheet("Columns", widths=[22, 90])
        for column in columns:
            meanings.add([column.name, column.meaning])

    return workbook_file(plain(asked), fill)


def table_pdf(session: Session, asked: Asked, locale: str) -> bytes:
    """In that language, the columns that there is room for, totals and meanings at the end. Raises TooLongToPrint."""
    table, found = asked.table, totals(session, asked)
    require_printable(line_count(found))
    places = [place for place, column in enumerate(table.columns) if not column.files_only]
    part = Part(
        table.shown,
        [[told(locale, table.columns[place], row[place]) for place in places] for row in rows(session, asked)],
        total_lines(locale, table, found),
        empty=in_language(locale, table.empty),
    )
    about = f"{in_language(locale, table.about)} {in_language(locale, table.agrees)}"
    return printed(locale, [part], title=title_of(locale, asked), about=about, dated=asked.period.last)


def total_lines(locale: str, table: Table, found: Sequence[Mapping[str, str]]) -> list[list[str]]:
    """Of the columns shown, a line for each asset; none of a table that adds nothing up."""
    return [
        [_total(locale, column, total, is_first=place == 0) for place, column in enumerate(table.shown)]
        for total in (found if table.sums else ())
    ]


def _total(locale: str, column: Column, total: Mapping[str, str], *, is_first: bool) -> str:
    if column.sums:
        return told(locale, column, total[column.name])
    return in_language(locale, _TOTAL) if is_first else total["asset"] if column.name == "asset" else ""
