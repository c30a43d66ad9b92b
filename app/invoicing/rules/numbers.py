"""Series of documents and how a number is written."""

import re

TAXED, PLAIN, CREDIT = "T", "I", "C"
"""Tax invoices of a seller that is registered for tax, invoices of one that is not, credit notes."""
_WRITTEN = re.compile(r"([TIC])-?0*([1-9][0-9]{0,11})", re.ASCII)


def number_text(series: str, number: int) -> str:
    """`T-000042`: unique for its seller."""
    return f"{series}-{number:06d}"


def number_of(text: str) -> tuple[str, int] | None:
    """(series, number); None for what is no number."""
    written = _WRITTEN.fullmatch(text.strip().upper())
    return (written[1], int(written[2])) if written else None
