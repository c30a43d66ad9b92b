"""Lines of CSV files, and text cells that a spreadsheet leaves alone."""

import csv
import io
from collections.abc import Iterable

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe(text: str) -> str:
    """A text cell no spreadsheet takes for a formula (CWE-1236)."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text


def csv_line(values: Iterable[str]) -> str:
    """One line of a CSV file (RFC 4180)."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(values)
    return buffer.getvalue()
