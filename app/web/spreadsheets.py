"""Text cells that a spreadsheet leaves alone."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def safe(text: str) -> str:
    """A text cell no spreadsheet takes for a formula (CWE-1236)."""
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
