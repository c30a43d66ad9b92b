"""Lines of a request, as people paste them: goods by code or address, or words, then a quantity and a unit."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from app.purchasing.rules.lines import clean, csv_rows, latin, read_count
from app.rfqs.errors import NothingAsked, TooManyRequestLines, UnreadableRequestLine
from app.rfqs.rules.life import MOST_LINES

LONGEST_WORDS, LONGEST_UNIT, LONGEST_LINE = 300, 20, 400
_LINE = re.compile(
    r"(?P<words>.*?\S) ?(?:[,;:|=×]| ) ?(?P<quantity>\d[\d,.]*) ?[,;|]? ?(?P<unit>[^\s\d,;|=:.]{1,20}\.?)? ?[,;]?",
)
_HEADS = {"sku", "code", "item", "article", "product", "goods", "description", "what", "ទំនិញ", "កូដ"}
_GOODS = re.compile(r"(?:https?://[^/\s]+)?/p/(?P<slug>[a-z0-9-]{1,200})", re.IGNORECASE)


def code_meant(typed: str) -> str:
    """In small letters: a code, or "/p/" and slug for an address of goods, whole or not."""
    found = _GOODS.fullmatch(typed)
    return f"/p/{found['slug']}".lower() if found else typed.lower()


@dataclass(frozen=True)
class AskedLine:
    """`words` is a code, an address of goods or free text, as typed."""

    words: str
    quantity: int
    unit: str = ""

    @property
    def slug(self) -> str | None:
        """Of the goods whose address was typed."""
        found = _GOODS.fullmatch(self.words)
        return found["slug"].lower() if found else None

    @property
    def text(self) -> str:
        """As it is typed again."""
        return f"{self.words} {self.quantity} {self.unit}".rstrip()


def read_lines(text: str) -> list[AskedLine]:
    """Raises NothingAsked, TooManyRequestLines, UnreadableRequestLine with the number of the line."""
    plain = unicodedata.normalize("NFC", latin(text))
    return _read([_parts(line) for line in plain.splitlines() if line.strip()], field="lines")


def read_file(content: bytes) -> list[AskedLine]:
    """Columns: what, quantity, unit. Raises what `read_lines` raises, and UnreadableFile."""
    rows = csv_rows(content)
    if rows is None:
        return read_lines(content.decode("utf-8-sig", "replace"))
    filled = [[*row, "", ""] for row in rows if "".join(row).strip()]
    return _read([(row[0], row[1], row[2]) for row in filled], field="file")


def _parts(line: str) -> tuple[str, str, str]:
    short = " ".join(line.split())[:LONGEST_LINE]  # what is longer has no quantity that could be read
    found = _LINE.fullmatch(short)
    if found is None:
        return short, "", ""
    return found["words"].rstrip(" ,;:|="), found["quantity"], found["unit"] or ""


def _read(rows: Sequence[tuple[str, str, str]], *, field: str) -> list[AskedLine]:
    has_head = bool(rows) and rows[0][0].strip().lower() in _HEADS
    kept = list(rows[1:] if has_head else rows)
    if not kept:
        raise NothingAsked(field=field)
    if len(kept) > MOST_LINES:
        raise TooManyRequestLines(field=field, count=len(kept), most=MOST_LINES)
    return [_line(number, *row, field=field) for number, row in enumerate(kept, start=2 if has_head else 1)]


def _line(number: int, words: str, quantity: str, unit: str, *, field: str) -> AskedLine:
    count, said = read_count(quantity.strip()), clean(words)[:LONGEST_WORDS]
    if not count or not said:
        raise UnreadableRequestLine(field=field, line=number, typed=said[:60])
    return AskedLine(said, count, clean(unit)[:LONGEST_UNIT])
