"""Lines of codes and quantities, as people paste them from mails and spreadsheets."""

import contextlib
import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.purchasing.errors import NothingTyped, TooManyLines, UnreadableFile

MOST_LINES = 5_000
AT_ONCE = 200
"""So few are looked up while the page is made; more are a job's."""
LONGEST_TYPED, LONGEST_SKU, LARGEST = 200, 40, 1_000_000
_BACKWARDS = re.compile(r"[,;]? ?(?P<quantity>[\d,.]*\d) ?(?:[,;:|=×*]|\bx\b| ) ?(?P<sku>\S.*)", re.IGNORECASE)
"""A line read from its end, where the quantity is: forwards every place could be its beginning, and a long line takes hours."""
_SEPARATORS = ",;\t|"
_HEADS = {"sku", "code", "item", "article", "product", "part number", "កូដ"}
UNREADABLE, NO_CODE = "quantity-unreadable", "no-code"


@dataclass(frozen=True)
class TypedLine:
    """`quantity` is None when none was typed, which means the smallest that is sold; `problem` is a code or empty."""

    position: int
    typed: str
    sku: str
    quantity: int | None
    problem: str = ""


def read_text(text: str) -> list[TypedLine]:
    """One line each; empty ones and a head are left out. Raises NothingTyped, TooManyLines."""
    lines = unicodedata.normalize("NFC", latin(text)).splitlines()
    return _numbered([_parts(line) for line in lines if line.strip()])


def read_csv(content: bytes) -> list[TypedLine]:
    """The first two columns of a CSV file, in UTF-8 or UTF-16. Raises UnreadableFile, NothingTyped, TooManyLines."""
    rows = csv_rows(content)
    if rows is None:
        return read_text(content.decode("utf-8-sig", "replace"))
    return read_rows(rows)


def read_rows(rows: Iterable[Sequence[str]]) -> list[TypedLine]:
    """The first two cells of each row; empty ones and a head are left out. Raises NothingTyped, TooManyLines."""
    filled = ([latin(cell) for cell in row] for row in rows if "".join(row).strip())
    return _numbered([(" ".join(row), row[0].strip(), row[1].strip() if len(row) > 1 else "") for row in filled])


def csv_rows(content: bytes) -> list[list[str]] | None:
    """The cells of a CSV file, digits as 0-9; None for a text without columns. Raises UnreadableFile."""
    try:
        text = latin(content.decode("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"))
    except UnicodeDecodeError:
        raise UnreadableFile(field="file") from None
    if "\x00" in text or text.startswith("%PDF-"):
        raise UnreadableFile(field="file")
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=head.count)
    if head and separator not in head:
        return None
    with contextlib.suppress(csv.Error):
        return _cells(io.StringIO(text), separator, strict=True)
    with contextlib.suppress(csv.Error):  # a quotation mark that is never closed takes no line after it along
        return [row for line in text.splitlines() for row in _cells([line], separator)]
    return None


def _cells(lines: Iterable[str], separator: str, *, strict: bool = False) -> list[list[str]]:
    return list(csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=strict))


def latin(text: str) -> str:
    """Digits of any script as 0-9."""
    return "".join(str(unicodedata.decimal(one, one)) if one.isdecimal() else one for one in text)


def _parts(line: str) -> tuple[str, str, str]:
    plain = " ".join(line.split())
    found = _BACKWARDS.fullmatch(plain[::-1])
    if found is None:
        return line, plain.rstrip(",;"), ""
    return line, found["sku"][::-1].strip(" ,;:|="), found["quantity"][::-1]


def _numbered(parts: Sequence[tuple[str, str, str]]) -> list[TypedLine]:
    kept = list(parts[1:]) if parts and parts[0][1].lower() in _HEADS else list(parts)
    if not kept:
        raise NothingTyped(field="lines")
    if len(kept) > MOST_LINES:
        raise TooManyLines(field="lines", count=len(kept), most=MOST_LINES)
    return [_line(position, *part) for position, part in enumerate(kept)]


def _line(position: int, typed: str, sku: str, quantity: str) -> TypedLine:
    shown, code = clean(typed)[:LONGEST_TYPED], clean(sku)[:LONGEST_SKU]
    count = read_count(quantity) if quantity else None
    return TypedLine(position, shown, code, count, problem_of(code, quantity, count))


def problem_of(code: str, typed: str, count: int | None) -> str:
    """What is wrong with a line as it stands, whatever goods there are; empty for nothing. `count` is what `typed` says."""
    if not code:
        return NO_CODE
    return UNREADABLE if typed and count is None else ""


def read_count(typed: str) -> int | None:
    """A whole number from 1 to 1,000,000, digits grouped or not; None for anything else."""
    plain = re.sub(r"[\s,]|\.(?=\d{3}\b)", "", latin(typed))
    plain = plain.removesuffix(".0").removesuffix(".00")
    return int(plain) if re.fullmatch(r"\d{1,7}", plain, re.ASCII) and 0 < int(plain) <= LARGEST else None


def clean(text: str) -> str:
    return " ".join(
        "".join(one for one in text if unicodedata.category(one) not in {"Cc", "Cf", "Cs"} or one == " ").split()
    )


def chunks(lines: Sequence[TypedLine], size: int = 500) -> Iterable[Sequence[TypedLine]]:
    """In pieces that one query answers."""
    return (lines[start : start + size] for start in range(0, len(lines), size))
