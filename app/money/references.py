"""References that banks give: two that differ only in how they are written are one."""

import unicodedata


def reference_key(typed: str) -> str:
    """What tells two bank references apart: letters and digits, whatever their case, width, spaces and dashes."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold())
    return "".join(letter for letter in folded if letter.isalnum())
