"""Codes as people type them: capital or small, with or without spaces, in any script."""

import unicodedata
from collections.abc import Callable, Sequence

from app.vouchers.errors import BadVoucherCode

CLEAR_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""What a made-up code is of: nothing that is read as something else (I, L, O, 0, 1)."""
SHORTEST, LONGEST, MADE = 3, 32, 8


def code_key(typed: str) -> str:
    """What two spellings of one code have in common. Raises BadVoucherCode."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold())
    key = "".join(letter for letter in folded if unicodedata.category(letter)[0] in "LNM")
    if not SHORTEST <= len(key) <= LONGEST:
        raise BadVoucherCode(field="code")
    return key


def code_shown(typed: str) -> str:
    """As it is printed: composed, in capitals where there are any."""
    return unicodedata.normalize("NFC", " ".join(typed.split())).upper()


def made_code(choose: Callable[[Sequence[str]], str]) -> str:
    """A new one of clear letters; `choose` picks one of them at random."""
    return "".join(choose(CLEAR_LETTERS) for _ in range(MADE))
