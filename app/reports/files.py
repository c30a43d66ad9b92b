"""The settlement report as files. The same books and the same question give the same bytes."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.reports.rules import AMOUNTS, BALANCES, COLUMNS, MEANINGS, SettlementLine, Totals, cells, units_text
from app.web.spreadsheets import csv_line, safe

MADE = datetime(2020, 1, 1)  # noqa: DTZ001 - a fixed property, so that equal reports are equal files
IN_MEMORY = 2 * 1024 * 1024
EXACT_DIGITS = 15
"""What a spreadsheet's number holds: amounts below a billion dollars at six decimals. A longer one stays text."""
_MOMENTS = ("settled_on", "paid_on")
_NUMBERS = ("order_total_usd", "order_total_local", "fx_rate", "block_number", "log_index")


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
    yield "\ufeff" + csv_line(COLUMNS)
    for line in lines:
        totals.add(line)
        yield csv_line(_row(line))
    yield csv_line(_totals_row(totals))


class Cells:
    """Writes values as what they are: amounts and moments a spreadsheet counts with, everything else as text."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        self.bold = book.add_format({"bold": True})
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"})
        self._by_places: dict[tuple[int, bool], Format] = {}

    def number(self, sheet: Worksheet, row: int, column: int, text: str, *, bold: bool = False) -> None:
        """An exact decimal as a number with as many places; as text where a number could not hold it exactly."""
        digits = text.lstrip("-").replace(".", "").lstrip("0")
        if not text or len(digits) > EXACT_DIGITS:
            sheet.write_string(row, column, text)
            return
        sheet.write_number(row, column, float(text), self._decimal(len(text.partition(".")[2]), bold=bold))

    def moment(self, sheet: Worksheet, row: int, column: int, text: str) -> None:
        """A date and time as the report's own clock showed it; a spreadsheet knows no time zones."""
        if text:
            sheet.write_datetime(row, column, datetime.fromisoformat(text).replace(tzinfo=None), self._moment)

    def _decimal(self, places: int, *, bold: bool) -> Format:
        key = (places, bold)
        if key not in self._by_places:
            pattern = "0." + "0" * places if places else "0"
            self._by_places[key] = self._book.add_format({"num_format": pattern, "bold": bold})
        return self._by_places[key]


def as_xlsx(
    lines: Iterable[SettlementLine], *, title: str, opening: int, closing: int, waiting: Iterable[Any] = ()
) -> IO[bytes]:
    """A workbook written row by row. Amounts are numbers with six decimals, moments are dates: both can be counted with.

    `waiting` are the rows of `not_final`, on a sheet of their own: in no total.
    """
    file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - handed to the answer, which closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "created": MADE})
    sheet, write = book.add_worksheet("Settlement"), Cells(book)
    sheet.freeze_panes(3, 0)
    sheet.set_column(0, len(COLUMNS) - 1, 18)
    sheet.write_row(0, 0, [title], write.bold)
    for column, (name, units) in enumerate((("Opening balance", opening), ("Closing balance", closing))):
        sheet.write_string(1, 2 * column, name)
        write.number(sheet, 1, 2 * column + 1, units_text(units))
    sheet.write_row(2, 0, COLUMNS, write.bold)
    totals, number = Totals(), 3
    for line in lines:
        totals.add(line)
        _write_line(write, sheet, number, line)
        number += 1
    sheet.write_string(number, 0, "total", write.bold)
    for column, name in enumerate(COLUMNS):
        if name in AMOUNTS:
            write.number(sheet, number, column, units_text(totals.sums[name]), bold=True)
    _write_waiting(write, book.add_worksheet("Not final"), waiting)
    _write_meanings(book.add_worksheet("Columns"))
    book.close()
    file.seek(0)
    return file


def _write_line(write: Cells, sheet: Worksheet, row: int, line: SettlementLine) -> None:
    for column, (name, text) in enumerate(zip(COLUMNS, cells(line), strict=True)):
        if name in (*AMOUNTS, *BALANCES, *_NUMBERS):
            write.number(sheet, row, column, text)
        elif name in _MOMENTS:
            write.moment(sheet, row, column, text)
        else:
            sheet.write_string(row, column, safe(text))


def _write_waiting(write: Cells, sheet: Worksheet, waiting: Iterable[Any]) -> None:
    """What may still be taken back."""
    sheet.set_column(0, 4, 18)
    sheet.write_row(0, 0, ["order_number", "seller", "being_paid_in", "being_released", "being_refunded"])
    for number, row in enumerate(waiting, 1):
        sheet.write_string(number, 0, safe(row.order_number))
        sheet.write_string(number, 1, safe(row.seller))
        for column, units in enumerate((row.funding, row.releasing, row.refunding), 2):
            write.number(sheet, number, column, units_text(int(units)))


def _write_meanings(sheet: Worksheet) -> None:
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 90)
    for row, (name, meaning) in enumerate(MEANINGS.items()):
        sheet.write_row(row, 0, [name, meaning])
