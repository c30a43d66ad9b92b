"""A report in print: one or more tables under one title, in the reader's language. Equal content gives equal bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from unicodedata import category

from app.documents.typesetting import leading, typeset
from app.notify.words import in_language
from app.reports.errors import TooLongToPrint
from app.reports.tables.shape import Column
from app.reports.tables.telling import told

MOST_PRINTED = 20_000
"""Lines that are set as a PDF; a longer one is hundreds of pages that nobody reads."""

_SIZE, _DIGIT = 7.0, 0.6
"""Of letters in points, and how wide a digit is for each of these."""
_PAPER, _INSET = 773, 5
"""Points from margin to margin of a sheet, and around the text of each cell."""


@dataclass(frozen=True)
class Part:
    """A table in print. Its cells are texts in the reader's language, one for each column; `name` stands above it.

    `widths` are those of the columns in millimetres, None as the cells need, 0 all that is left; so need all without any.
    """

    columns: Sequence[Column]
    lines: Sequence[Sequence[str]]
    totals: Sequence[Sequence[str]]
    empty: str = ""
    name: str = ""
    widths: Sequence[int | None] = ()


def require_printable(count: int) -> None:
    """Raises TooLongToPrint."""
    if count > MOST_PRINTED:
        raise TooLongToPrint(count=count, most=MOST_PRINTED)


def printed(
    locale: str,
    parts: Sequence[Part],
    *,
    title: str,
    about: str,
    dated: date,
    facts: Sequence[tuple[str, str]] = (),
    empty: str = "",
) -> bytes:
    """The PDF: title, `facts` (label and value), the parts or that there are none, and what the columns mean."""
    columns = dict.fromkeys((column.label, column.meaning) for part in parts for column in part.columns)
    content = {
        "language": locale,
        "leading": leading(locale),
        "title": title,
        "about": about,
        "facts": facts,
        "parts": [_part(locale, part) for part in parts],
        "empty": empty,
        "meanings": [(in_language(locale, label), in_language(locale, meaning)) for label, meaning in columns],
    }
    return typeset("report", content, dated=dated)


def _part(locale: str, part: Part) -> dict[str, object]:
    return {
        "name": part.name,
        "heads": [in_language(locale, column.label) for column in part.columns],
        "widths": part.widths,
        "size": _size(part),
        "numbers": [column.is_number for column in part.columns],
        "lines": part.lines,
        "totals": part.totals,
        "empty": part.empty,
    }


def _size(part: Part) -> float:
    """Of its letters, in points, so that no amount runs into the next column: those cannot be broken, and texts give way."""
    rows = [*part.lines, *part.totals]
    lengths = [max((_length(row[place]) for row in rows), default=0) for place in range(len(part.columns))]
    longest = max((length for length, column in zip(lengths, part.columns, strict=True) if column.is_number), default=0)
    needed = sum(min(length, longest) for length in lengths) * _DIGIT
    return round(min(_SIZE, (_PAPER - _INSET * len(lengths)) / needed), 2) if needed else _SIZE


def _length(cell: str) -> int:
    """In letters that take room."""
    return len(cell) if cell.isascii() else sum(category(letter) not in ("Mn", "Mc", "Cf") for letter in cell)


def told_or_dash(locale: str, column: Column, cell: str) -> str:
    """A cell as `told`; an amount of nothing is a dash, as on the pages of these reports."""
    return "–" if column.is_number and not cell.strip("0.") else told(locale, column, cell)
