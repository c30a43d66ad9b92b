"""Names that look alike: letters of different scripts that a reader cannot tell apart.

Unicode's confusables (UTS 39), from the package confusable-homoglyphs. A likeness is a hint to a person, so the
grouping may be coarse: whatever is confusable over any third letter is one.
"""

import unicodedata
from functools import cache

_PLAIN_FIRST = "abcdefghijklmnopqrstuvwxyz0123456789"
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s"})
_ACCENTS = {chr(code) for code in range(0x0300, 0x0370)}
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_NO_SCRIPT = {"COMMON", "INHERITED"}


def skeleton(name: str) -> str:
    """Two names with the same one look alike: case, accents, spaces, signs and the letters' scripts left out."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    roots = _roots()
    shown = "".join(roots.get(letter, letter) for letter in letters if _is_written(letter))
    plain = shown.casefold().translate(_ALIKE)
    for pair, single in _PAIRS:
        plain = plain.replace(pair, single)
    return plain


def _is_written(letter: str) -> bool:
    """Letters, digits, and signs that are vowels; accents over Latin letters are not."""
    return unicodedata.category(letter)[0] in "LNM" and letter not in _ACCENTS


def mixed_words(name: str) -> list[str]:
    """Words of more than one script. A name in Latin and Khmer side by side is usual; one word in both is not."""
    from confusable_homoglyphs.categories import unique_aliases  # tables of 10 MiB, which only names of shops need

    return [word for word in name.split() if len(unique_aliases(_letters(word)) - _NO_SCRIPT) > 1]


def _letters(word: str) -> str:
    return "".join(letter for letter in word if letter.isalpha())


@cache
def _roots() -> dict[str, str]:
    """Each confusable letter and the one that stands for its group: a Latin one where there is any."""
    from confusable_homoglyphs.confusables import confusables_data

    parent: dict[str, str] = {}

    def top(letter: str) -> str:
        while parent.setdefault(letter, letter) != letter:
            letter = parent[letter]
        return letter

    for letter, others in confusables_data.items():
        for other in others:
            if len(letter) == len(other["c"]) == 1:
                parent[top(letter)] = top(other["c"])
    groups: dict[str, list[str]] = {}
    for letter in list(parent):
        groups.setdefault(top(letter), []).append(letter)
    return {letter: _first(group) for group in groups.values() for letter in group}


def _first(group: list[str]) -> str:
    plain = [letter for letter in group if letter in _PLAIN_FIRST]
    return min(plain, key=_PLAIN_FIRST.index) if plain else min(group)
