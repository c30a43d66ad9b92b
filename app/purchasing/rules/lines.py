"""Lines of codes and quantities, as people paste them from mails and spreadsheets."""

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
_ENDS_IN_QUANTITY = re.compile(
    r"(?P<sku>.*?\S)\s*(?:[\t,;:|=×*]|\bx\b|\s)\s*(?P<quantity>\d[\d,.]*?)\s*[,;]?\s*$", re.IGNORECASE
)
_HEADS = {"sku", "code", "item", "article", "product", "part number", "កូដ"}
UNREADABLE = "quantity-unreadable"


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
    parts = [_parts(line) for line in unicodedata.normalize("NFC", latin(text)).splitlines() if line.strip()]
    return _numbered(parts)


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
        text = content.decode("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
        if "\x00" in text:
            raise UnreadableFile(field="file")
        dialect = csv.Sniffer().sniff(text[:4096], ",;\t|") if text.strip() else csv.excel
        return list(csv.reader(io.StringIO(latin(text)), dialect))
    except csv.Error:
        return None
    except UnicodeDecodeError:
        raise UnreadableFile(field="file") from None


def latin(text: str) -> str:
    """Digits of any script as 0-9."""
    return "".join(str(unicodedata.decimal(one, one)) if one.isdecimal() else one for one in text)


def _parts(line: str) -> tuple[str, str, str]:
    found = _ENDS_IN_QUANTITY.fullmatch(line.strip())
    if found is None:
        return line, line.strip().rstrip(",;"), ""
    return line, found["sku"].strip(" \t,;:|="), found["quantity"]


def _numbered(parts: Sequence[tuple[str, str, str]]) -> list[TypedLine]:
    kept = list(parts[1:]) if parts and parts[0][1].lower() in _HEADS else list(parts)
    if not kept:
        raise NothingTyped(field="lines")
    if len(kept) > MOST_LINES:
        raise TooManyLines(field="lines", count=len(kept), most=MOST_LINES)
    return [_line(position, *part) for position, part in enumerate(kept)]


def _line(position: int, typed: str, sku: str, quantity: str) -> TypedLine:
    shown, code = clean(typed)[:LONGEST_TYPED], clean(sku)[:LONGEST_SKU]
    if not quantity:
        return TypedLine(position, shown, code, None)
    count = read_count(quantity)
    return TypedLine(position, shown, code, count, "" if count else UNREADABLE)


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
