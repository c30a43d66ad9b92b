"""The lines of a request as a file: a seller fills in prices in a spreadsheet and sends it back."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation

from flask_babel import gettext as _

from app.catalog.rules.texts import pick
from app.money.amounts import Money
from app.money.currencies import currency as currency_of
from app.purchasing.errors import UnreadableFile
from app.purchasing.rules.lines import csv_rows
from app.purchasing.rules.workbook import is_workbook, workbook_rows
from app.rfqs.errors import NothingQuoted, StrangeFileLine
from app.rfqs.forms import Row, money_typed
from app.rfqs.rules.life import MOST_LINES
from app.web.languages import current_locale
from app.web.money_input import latin_digits
from app.web.spreadsheets import Cell, decimal, workbook

COLUMNS = 8
LONGEST_CELL = 200
_PLAIN = re.compile(r"[0-9]{1,15}(\.[0-9]{1,6})?")


def price_list(rows: Sequence[Row], *, title: str, currency: str) -> bytes:
    """Line, what is wanted, how many, unit; then what a seller fills in. The order of columns is what is read back."""
    head: list[Cell] = [
        _("Line"),
        _("Wanted"),
        _("How many"),
        _("Unit"),
        _("Code of your goods"),
        _("Price of one, in %(currency)s", currency=currency),
        _("Quantity"),
        _("At least"),
    ]
    body = [_cells(row, currency) for row in rows]
    return workbook([head, *body], name=title, widths=(6, 44, 10, 10, 20, 16, 10, 10), frozen=(1, 2), bold={0})


def _cells(row: Row, currency: str) -> list[Cell]:
    line, price = row.line, row.amount_typed()
    words = pick(line.titles, current_locale()).text if line.titles else line.words
    return [
        line.position + 1,
        words,
        line.quantity,
        line.unit,
        row.code,
        decimal(Money(price, currency)) if price is not None else row.price,
        _count(row.quantity),
        _count(row.minimum),
    ]


def read_price_list(content: bytes, rows: Iterable[Row], currency: str) -> dict[str, list[str]]:
    """By line of the request what stands in code, price, quantity and smallest quantity; as one would type it.

    Raises UnreadableFile, StrangeFileLine, NothingQuoted.
    """
    by_number = {str(row.line.position + 1): row for row in rows}
    is_book = is_workbook(content)
    cells = workbook_rows(content, COLUMNS) if is_book else csv_rows(content)
    if cells is None:
        raise UnreadableFile(field="file")
    found: dict[str, list[str]] = {}
    for number, row in enumerate(cells):
        filled = [_plain(cell) for cell in [*row, *[""] * COLUMNS][:COLUMNS]]
        line = latin_digits(filled[0])
        if not any(filled) or (number == 0 and not line.isdigit()):  # an empty row, or the head
            continue
        if line not in by_number or len(found) >= MOST_LINES:
            raise StrangeFileLine(field="file", line=line[:40])
        code, price, quantity, minimum = filled[4:]
        asked = by_number[line]
        found[str(asked.line.position)] = [
            code,
            _price(price, currency) if is_book else price,
            quantity or asked.quantity,
            minimum or "1",
        ]
    if not found:
        raise NothingQuoted(field="file")
    return found


def filled_from(content: Mapping[str, list[str]]) -> dict[str, str]:
    """As the fields of the page are called."""
    return {f"{key}-{line}": cell for line, cells in content.items() for key, cell in zip("cpqm", cells, strict=True)}


def _plain(cell: str) -> str:
    """Without what keeps a spreadsheet from taking text for a formula, and without what no database takes."""
    text = cell.replace("\x00", "").strip()[:LONGEST_CELL]
    return text[1:] if len(text) > 1 and text[0] == "'" and not text[1].isalnum() else text


def _price(cell: str, currency: str) -> str:
    """A number of a workbook, whose point is always a point, as one types it here; anything else as it stands."""
    if not _PLAIN.fullmatch(cell):
        return cell
    try:
        minor = Decimal(cell).scaleb(currency_of(currency).iso)
    except InvalidOperation:
        return cell
    return money_typed(int(minor), currency) if minor == minor.to_integral_value() else cell


def _count(typed: str) -> Cell:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else typed  # noqa: PLR2004
