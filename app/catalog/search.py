"""Words for the search index and for a question to it, in every script of the region.

PostgreSQL's own parser depends on the server's locale, so the lexemes are made here: ICU finds the words (Khmer, Thai,
Lao, Burmese and Chinese write none between), accents of Latin letters are folded, and both sides are folded alike.
Khmer, Thai and other vowel signs are letters, not accents: they stay.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from icu4py.breakers import WordBreaker

MOST_LEXEMES = 600
LONGEST_LEXEME = 64
MOST_WORDS_ASKED = 12
LONGEST_QUESTION = 200
_INVISIBLE = re.compile("[\u200b\u200c\u200d\u2060\ufeff\u00ad]")
_PLAIN = str.maketrans({"đ": "d", "ð": "d", "ø": "o", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i"})


def fold(text: str) -> str:
    """Lower case, NFC, Latin letters without accents, digits of every script as 0-9, no invisible characters."""
    sound = text.encode("utf-8", "ignore").decode("utf-8")  # half a surrogate pair is no character
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", sound)).casefold().translate(_PLAIN)
    return "".join(_fold_one(character) for character in plain)


@lru_cache(maxsize=4096)
def _fold_one(character: str) -> str:
    digit = unicodedata.digit(character, None)
    if digit is not None:
        return str(digit)
    base = unicodedata.normalize("NFD", character)[0]
    return base if base.isascii() and base.isalpha() else character


@lru_cache(maxsize=1024)  # names of shops, categories and places come back with every listing
def words(text: str) -> tuple[str, ...]:
    """The words of a text in order, folded. Spaces and punctuation are none."""
    folded = fold(text)
    # ICU counts UTF-16 units; outside the Basic Multilingual Plane there is nothing to break here.
    flat = "".join(character if ord(character) < 0x10000 else " " for character in folded)  # noqa: PLR2004
    spans = WordBreaker(flat, "en").segments()
    found = (flat[start:end] for start, end in spans)
    return tuple(word[:LONGEST_LEXEME] for word in found if any(character.isalnum() for character in word))


@dataclass(frozen=True)
class Document:
    """Texts of one listing by weight: A titles, B seller and category, C place, D descriptions."""

    a: tuple[str, ...]
    b: tuple[str, ...] = ()
    c: tuple[str, ...] = ()
    d: tuple[str, ...] = ()


def document(
    titles: Mapping[str, str],
    descriptions: Mapping[str, str],
    *,
    seller: Iterable[str],
    category: Iterable[str],
    place: Iterable[str],
) -> Document:
    return Document(tuple(titles.values()), (*seller, *category), tuple(place), tuple(descriptions.values()))


def tsvector(content: Document) -> str:
    """The document as a literal of PostgreSQL's `tsvector`: lexemes with positions and weights."""
    positions: dict[str, list[str]] = {}
    position = 0
    for weight, texts in (("A", content.a), ("B", content.b), ("C", content.c), ("D", content.d)):
        for text in texts:
            for word in words(text):
                position += 1
                if word in positions or len(positions) < MOST_LEXEMES:
                    positions.setdefault(word, []).append(f"{min(position, 16383)}{weight}")
    return " ".join(f"{_quoted(word)}:{','.join(found[:32])}" for word, found in positions.items())


def tsquery(question: str) -> str | None:
    """All words of the question, the last one as the beginning of a word. None when it holds no word at all."""
    asked = words(question[:LONGEST_QUESTION])[:MOST_WORDS_ASKED]
    if not asked:
        return None
    unfinished = "" if question[-1:].isspace() else ":*"
    return " & ".join([*map(_quoted, asked[:-1]), _quoted(asked[-1]) + unfinished])


def either_of(title: str) -> str | None:
    """Any of the words of a title, for finding what is alike. None when it holds no word at all."""
    asked = dict.fromkeys(words(title[:LONGEST_QUESTION]))
    return " | ".join(map(_quoted, list(asked)[:MOST_WORDS_ASKED])) or None


def _quoted(word: str) -> str:
    doubled = word.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"
