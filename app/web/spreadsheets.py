"""Lines of CSV files and small workbooks. Whatever is written through here, no cell of it is a formula (CWE-1236)."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from app.money.amounts import Money
from app.money.currencies import currency as currency_of

Cell = str | int | Decimal | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
EXACT_DIGITS = 15
"""What a spreadsheet's number holds; a longer one stays text."""
_MADE = datetime(2020, 1, 1)  # noqa: DTZ001 - a fixed property, so that equal content gives equal bytes
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def safe(text: str) -> str:
    """A text cell no spreadsheet takes for a formula."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def without_formula(text: str) -> str:
    """The same for a program that would take the apostrophe for a letter of the text, as a bank's does."""
    return text.lstrip("".join(_FORMULA_STARTS))


def csv_line(values: Iterable[str]) -> str:
    """One line of a CSV file (RFC 4180). A number stays one, any other cell is safe."""
    buffer = io.StringIO()
    cells = (text if _NUMBER.fullmatch(text) else safe(text) for text in values)
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()


def decimal_text(amount: Money) -> str:
    """For a spreadsheet: all digits, no groups."""
    digits = currency_of(amount.currency).iso
    whole, fraction = divmod(amount.minor, 10**digits)
    return f"{whole}.{fraction:0{digits}d}" if digits else str(whole)


def decimal(amount: Money) -> Decimal:
    """The same as a number, exact."""
    return Decimal(decimal_text(amount))


def workbook(
    rows: Iterable[Sequence[Cell]], *, name: str, widths: Sequence[int], frozen: tuple[int, int], bold: Collection[int]
) -> bytes:
    """One sheet. Text is text and never a formula, numbers are numbers; `bold` are rows, `frozen` stay in sight."""
    import xlsxwriter  # what every process would hold

    file, looks = io.BytesIO(), {}
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(file, options)
    book.set_properties({"title": name, "created": _MADE})
    sheet = book.add_worksheet()
    sheet.freeze_panes(*frozen)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            form = _form(cell)
            look = (form, number in bold)
            if look not in looks:
                looks[look] = book.add_format(
                    {"num_format": form or "@", "bold": number in bold, "text_wrap": not form}
                )
            if form:
                sheet.write_number(number, column, float(cell or 0), looks[look])
            elif cell not in (None, ""):
                sheet.write_string(number, column, safe(str(cell)), looks[look])
    book.close()
    return file.getvalue()


def _form(cell: Cell) -> str:
    """How a number is shown; empty for text, and for what a spreadsheet would round."""
    if not isinstance(cell, int | Decimal) or len(str(cell).replace(".", "").lstrip("-0")) > EXACT_DIGITS:
        return ""
    places = -int(cell.as_tuple().exponent) if isinstance(cell, Decimal) else 0
    return "0." + "0" * places if places > 0 else "0"
