"""CSV statements of banks, by the names of their columns. Pure.

Banks add lines above and below the table and move columns about, so columns are found by name and anything before the
line that names them is passed over; what stands after it has to be readable.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.banking.errors import ColumnMissing, EmptyCell, UnreadableCell, UnreadableStatement
from app.banking.values import Statement, StatementLine, minor_units
from app.money.currencies import CURRENCIES

_HEADER_WITHIN = 60
_DAYS = ("%Y-%m-%d", "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %y", "%d/%m/%Y", "%d-%m-%Y", "%b %d, %Y")
DATE, VALUE, IN, OUT, BALANCE, REFERENCE, CURRENCY, DETAILS = (
    "date", "value", "in", "out", "balance", "reference", "currency", "details",
)  # fmt: skip


@dataclass(frozen=True)
class Preset:
    """By what names a bank calls its columns. `details` are all put together, the other roles have one column each."""

    key: str
    name: str
    columns: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...] = (DATE, IN, OUT, DETAILS)


PRESETS = {
    preset.key: preset
    for preset in (
        Preset(
            "aba",
            "ABA Bank CSV",
            {
                DATE: ("date", "transaction date"),
                VALUE: ("value date",),
                DETAILS: ("transaction details", "details", "description", "remark"),
                REFERENCE: ("reference", "reference number", "ref. no", "transaction id"),
                IN: ("money in", "credit"),
                OUT: ("money out", "debit"),
                CURRENCY: ("ccy", "currency"),
                BALANCE: ("balance",),
            },
        ),
        Preset(
            "acleda",
            "ACLEDA Bank CSV",
            {
                DATE: ("date", "transaction date", "booking date", "posting date"),
                VALUE: ("value date",),
                DETAILS: ("description", "narrative", "transaction description", "particulars"),
                REFERENCE: ("reference", "reference no", "reference no.", "ref no", "transaction reference"),
                IN: ("credit", "deposit", "credit amount"),
                OUT: ("debit", "withdrawal", "debit amount"),
                CURRENCY: ("ccy", "currency"),
                BALANCE: ("balance", "running balance"),
            },
        ),
        Preset(
            "dbs",
            "DBS CSV",
            {
                DATE: ("transaction date", "date"),
                VALUE: ("value date",),
                DETAILS: ("transaction ref1", "transaction ref2", "transaction ref3", "description"),
                REFERENCE: ("reference",),
                IN: ("credit amount", "credit"),
                OUT: ("debit amount", "debit"),
                CURRENCY: ("currency",),
                BALANCE: ("running balance", "balance"),
            },
        ),
    )
}


def read_csv(content: bytes, preset: Preset, currency: str) -> Statement:
    """`currency` is that of a file that names none.

    Raises UnreadableStatement, ColumnMissing, UnreadableCell, EmptyCell.
    """
    rows = list(_rows(content, preset))
    start, named = _header(rows, preset)
    read = (_line(place, row, named, currency) for place, row in rows[start:] if any(cell.strip() for cell in row))
    return Statement("", tuple(read))


def _rows(content: bytes, preset: Preset) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
        if "\0" in text:
            raise UnreadableStatement(format=preset.name, why="it is not UTF-8 text", field="file")
        mark = max(",;\t", key=text[:4000].count)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
        yield from ((reader.line_num, row) for row in reader)
    except UnicodeDecodeError:
        raise UnreadableStatement(format=preset.name, why="it is not UTF-8 text", field="file") from None
    except csv.Error as error:
        raise UnreadableStatement(format=preset.name, why=str(error), field="file") from None


def _header(rows: Sequence[tuple[int, list[str]]], preset: Preset) -> tuple[int, dict[str, list[tuple[int, str]]]]:
    """Where the table begins, and by role the columns with what the file calls them."""
    best: Sequence[str] = preset.needed
    for number, (_, row) in enumerate(rows[:_HEADER_WITHIN]):
        named = _roles(row, preset)
        missing = [role for role in preset.needed if role not in named]
        if not missing:
            return number + 1, named
        best = min(best, missing, key=len)
    wanted = ", ".join(" / ".join(preset.columns[role][:2]) for role in best)
    raise ColumnMissing(format=preset.name, columns=wanted, field="file")


def _roles(row: Sequence[str], preset: Preset) -> dict[str, list[tuple[int, str]]]:
    named: dict[str, list[tuple[int, str]]] = {}
    for column, cell in enumerate(row):
        name = " ".join(cell.split()).casefold()
        for role, names in preset.columns.items():
            if name in names:
                named.setdefault(role, []).append((column, cell.strip()))
    return named


def _line(place: int, row: Sequence[str], named: Mapping[str, list[tuple[int, str]]], currency: str) -> StatementLine:
    def cell(role: str) -> tuple[str, str]:
        column, name = named[role][0] if role in named else (len(row), "")
        return (row[column].strip() if column < len(row) else ""), name

    said = (
        _currency(
            [(row[column].strip().upper(), name) for column, name in named.get(CURRENCY, ()) if column < len(row)],
            place,
        )
        or currency
    )
    coming, going = (_amount(*cell(role), said, place) for role in (IN, OUT))
    if not coming and not going:
        raise EmptyCell(place=place, column=cell(IN)[1], field="file")
    details = [row[column].strip() for column, _ in named[DETAILS] if column < len(row)]
    value, value_name = cell(VALUE)
    balance, balance_name = cell(BALANCE)
    return StatementLine(
        place=place,
        booked_on=_day(*cell(DATE), place),
        value_on=_day(value, value_name, place) if value else None,
        minor=abs(coming) - abs(going),
        currency=said,
        reference=cell(REFERENCE)[0],
        description=" ".join(part for part in details if part),
        balance=minor_units(balance, said, place=place, column=balance_name) if balance else None,
    )


def _currency(cells: Sequence[tuple[str, str]], place: int) -> str:
    """What the line's cells say, empty ones left out. Raises UnreadableCell for two currencies in one line."""
    found = ""
    for said, name in cells:
        if said and (said not in CURRENCIES or found not in ("", said)):
            raise UnreadableCell(place=place, column=name, said=said[:40], field="file")
        found = found or said
    return found


def _amount(typed: str, name: str, currency: str, place: int) -> int:
    return minor_units(typed, currency, place=place, column=name) if typed not in ("", "-") else 0


def _day(typed: str, name: str, place: int) -> date:
    """Raises EmptyCell, UnreadableCell."""
    if not typed:
        raise EmptyCell(place=place, column=name, field="file")
    words = typed.split("T", maxsplit=1)[0]
    for written in (words, words.split(" ")[0]):
        for form in _DAYS:
            try:
                return datetime.strptime(written, form).date()  # noqa: DTZ007 - a day, of the bank's own clock
            except ValueError:
                continue
    raise UnreadableCell(place=place, column=name, said=typed[:40], field="file")
