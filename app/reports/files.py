"""The settlement report as files. The same books and the same question give the same bytes."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from app.reports.rules import AMOUNTS, BALANCES, COLUMNS, MEANINGS, SettlementLine, Totals, cells, units_text

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_MADE = datetime(2020, 1, 1)  # noqa: DTZ001 - a fixed property, so that equal reports are equal files
IN_MEMORY = 2 * 1024 * 1024
EXACT_DIGITS = 15


def safe(text: str) -> str:
    """A text cell no spreadsheet takes for a formula (CWE-1236)."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def _row(line: SettlementLine) -> list[str]:
    return [
        text if name in (*AMOUNTS, *BALANCES) else safe(text) for name, text in zip(COLUMNS, cells(line), strict=True)
    ]


def _totals_row(totals: Totals) -> list[str]:
    return [
        "total" if name == "settled_on" else units_text(totals.sums[name]) if name in AMOUNTS else ""
        for name in COLUMNS
    ]


def as_csv(lines: Iterable[SettlementLine]) -> Iterator[str]:
    """UTF-8 CSV with a byte-order mark (spreadsheets need it for Khmer), line by line, totals last."""
    totals = Totals()
    yield "\ufeff" + _csv_line(COLUMNS)
    for line in lines:
        totals.add(line)
        yield _csv_line(_row(line))
    yield _csv_line(_totals_row(totals))


def _csv_line(values: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(values)
    return buffer.getvalue()


def as_xlsx(
    lines: Iterable[SettlementLine], *, title: str, opening: int, closing: int, waiting: Iterable[Any] = ()
) -> IO[bytes]:
    """A workbook written row by row. Token amounts are exact text; beside the totals stands their number.

    `waiting` are the rows of `not_final`, on a sheet of their own: in no total.
    """
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - handed to the answer, which closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": _MADE})
    sheet = book.add_worksheet("Settlement")
    bold = book.add_format({"bold": True})
    amount = book.add_format({"align": "right"})
    sheet.freeze_panes(3, 0)
    sheet.set_column(0, len(COLUMNS) - 1, 18)
    sheet.write_row(0, 0, [title], bold)
    sheet.write_row(1, 0, ["Opening balance", units_text(opening), "Closing balance", units_text(closing)])
    sheet.write_row(2, 0, COLUMNS, bold)
    totals, number = Totals(), 3
    for line in lines:
        totals.add(line)
        for column, text in enumerate(_row(line)):
            sheet.write_string(number, column, text, amount if COLUMNS[column] in (*AMOUNTS, *BALANCES) else None)
        number += 1
    for column, text in enumerate(_totals_row(totals)):
        sheet.write_string(number, column, text, bold)
    _write_numbers(sheet, number + 1, totals)
    _write_waiting(book.add_worksheet("Not final"), waiting)
    _write_meanings(book.add_worksheet("Columns"))
    book.close()
    file.seek(0)
    return file


def _write_numbers(sheet: Worksheet, row: int, totals: Totals) -> None:
    """The totals once more as numbers, where a spreadsheet can hold them exactly."""
    sheet.write_string(row, 0, "total as number")
    for column, name in enumerate(COLUMNS):
        if name in AMOUNTS and len(str(abs(totals.sums[name]))) <= EXACT_DIGITS:
            sheet.write_number(row, column, totals.sums[name] / 10**6)


def _write_waiting(sheet: Worksheet, waiting: Iterable[Any]) -> None:
    """What may still be taken back."""
    sheet.set_column(0, 4, 18)
    sheet.write_row(0, 0, ["order_number", "seller", "being_paid_in", "being_released", "being_refunded"])
    for number, row in enumerate(waiting, 1):
        amounts = (row.funding, row.releasing, row.refunding)
        texts = [safe(row.order_number), safe(row.seller), *(units_text(int(units)) for units in amounts)]
        for column, text in enumerate(texts):
            sheet.write_string(number, column, text)


def _write_meanings(sheet: Worksheet) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 90)
    for row, (name, meaning) in enumerate(MEANINGS.items()):
        sheet.write_row(row, 0, [name, meaning])
