"""Plain names for addresses."""

import re
import unicodedata

LONGEST = 60
# Letters that do not fall apart into a base letter and an accent.
_PLAIN = str.maketrans({"đ": "d", "Đ": "d", "ø": "o", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


def plain_slug(text: str, *, fallback: str) -> str:
    """`text` in a-z, 0-9 and hyphens. Scripts without a Latin form give `fallback`; they need a number or a chosen word."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_PLAIN))
    latin = "".join(character for character in decomposed if not unicodedata.combining(character))
    words = re.findall(r"[a-z0-9]+", latin.replace("'", "").replace("’", ""))
    slug = ""
    for word in words:
        longer = f"{slug}-{word}" if slug else word[:LONGEST]
        if len(longer) > LONGEST:
            break
        slug = longer
    return slug or fallback


def numbered(slug: str, number: int) -> str:
    """The `number`-th of the same name: `silk-house`, `silk-house-2`, …"""
    return slug if number == 1 else f"{slug}-{number}"
