"""Lines of codes and quantities from an Excel workbook: the values it shows, never its formulas."""

import io
import lzma
import zipfile
import zlib
from datetime import datetime
from typing import Any

from app.purchasing.errors import UnreadableFile
from app.purchasing.rules.lines import TypedLine, read_rows

MAGIC = b"PK\x03\x04"
MOST_BYTES, MOST_PARTS, MOST_ROWS, MOST_TAGS, MOST_IN_TAG = 40_000_000, 500, 100_000, 600_000, 100
"""Unpacked, of all parts together; parts; rows of the sheet, empty ones among them; tags, and attributes
of one of them, each of which costs time."""
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, LookupError, ValueError, TypeError, AttributeError,
    EOFError, NotImplementedError, OSError, OverflowError, RuntimeError, SyntaxError, RecursionError,
)  # fmt: skip
"""What openpyxl and the parsers below it raise for a file that is not what it says."""


def is_workbook(content: bytes) -> bool:
    return content.startswith(MAGIC)


def read_workbook(content: bytes) -> list[TypedLine]:
    """The first two columns of the first sheet. Raises UnreadableFile, NothingTyped, TooManyLines."""
    return read_rows(workbook_rows(content, 2))


def workbook_rows(content: bytes, columns: int) -> list[tuple[str, ...]]:
    """The first columns of the first sheet, as text. A formula counts as the value that was saved with it.

    Raises UnreadableFile.
    """
    from openpyxl import load_workbook  # 16 MiB that every process would hold
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        _require_harmless(content)
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=columns, values_only=True)
            return [tuple(_text(value) for value in row) for row in rows]
        finally:
            book.close()
    except (InvalidFileException, *_DAMAGED):
        raise UnreadableFile(field="file") from None


def _require_harmless(content: bytes) -> None:
    """A small file may unpack to gigabytes, and XML may define words that unfold into as many. Raises UnreadableFile.

    A part never unpacks to more than its entry says: `zipfile` reads no further.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
            raise UnreadableFile(field="file")
        tags = 0
        for part in parts:
            if part.filename.endswith((".xml", ".rels")):
                written = _ascii(archive.read(part))
                tags += written.count(b"<")
                if tags > MOST_TAGS or b"<!" in written or _is_endless(written):
                    raise UnreadableFile(field="file")  # "<!": a DOCTYPE, which no spreadsheet program writes


def _is_endless(written: bytes) -> bool:
    return any(one.partition(b">")[0].count(b"=") > MOST_IN_TAG for one in written.split(b"<"))


def _ascii(part: bytes) -> bytes:
    """Without the empty bytes of UTF-16, and without comments and CDATA, which are harmless."""
    return part.replace(b"\0", b"").replace(b"<!--", b"").replace(b"<![CDATA[", b"")


def _text(value: Any) -> str:
    """As the cell shows it: 12 and not 12.0."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return str(value).strip()
