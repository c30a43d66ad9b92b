"""Choosing among the languages something is written in."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import N_, Word
from app.identity.rules.countries import COUNTRIES

LANGUAGES = ("en", *sorted({code for country in COUNTRIES.values() for code in country.languages} - {"en"}))
"""Goods can be described in these: English, and what is spoken where the market is."""
_LETTERS = {
    "km": (0x1780, 0x17FF),
    "th": (0x0E00, 0x0E7F),
    "lo": (0x0E80, 0x0EFF),
    "my": (0x1000, 0x109F),
    "zh": (0x4E00, 0x9FFF),
}
"""Languages of the market that are told by their letters alone."""

SAMPLE = "sample"
"""What samples are counted in, whatever the goods are sold by."""
UNITS = {
    "kg": (N_("kg"), N_("kg")), "piece": (N_("piece"), N_("pieces")), "bag": (N_("bag"), N_("bags")),
    "pack": (N_("pack"), N_("packs")), "set": (N_("set"), N_("sets")), "jar": (N_("jar"), N_("jars")),
    "bottle": (N_("bottle"), N_("bottles")), "box": (N_("box"), N_("boxes")), "pair": (N_("pair"), N_("pairs")),
    "block": (N_("block"), N_("blocks")), "sack": (N_("sack"), N_("sacks")), "tub": (N_("tub"), N_("tubs")),
    "meter": (N_("meter"), N_("meters")), "tray": (N_("tray"), N_("trays")), "tin": (N_("tin"), N_("tins")),
    "liter": (N_("liter"), N_("liters")), "case": (N_("case"), N_("cases")), "carton": (N_("carton"), N_("cartons")), "bundle": (N_("bundle"), N_("bundles")), "dozen": (N_("dozen"), N_("dozen")),
    SAMPLE: (N_("sample"), N_("samples")),
}  # fmt: skip
"""One of it, and more of it."""


@dataclass(frozen=True)
class Text:
    """A text and the language it is in."""

    text: str
    lang: str


def pick(texts: Mapping[str, str], locale: str) -> Text:
    """In the reader's language, else in English, else in whatever there is."""
    for language in (locale, "en", *texts):
        if texts.get(language):
            return Text(texts[language], language)
    return Text("", locale)


def other_languages(local: str) -> tuple[str, ...]:
    """Those a shop has beside English and its own."""
    return tuple(language for language in LANGUAGES if language not in ("en", local))


def written_in(text: str, usual: str) -> str:
    """The language of a text as its letters tell; in Latin letters it is `usual`, or English where that has its own."""
    counts = {
        language: sum(first <= ord(letter) <= last for letter in text) for language, (first, last) in _LETTERS.items()
    }
    most = max(counts, key=lambda language: counts[language])
    if counts[most]:
        return most
    return "en" if usual in _LETTERS else usual


def unit_word(unit: str, count: int = 1) -> Word:
    """A usual unit as a text for translators, in its form for `count`; a seller's own words as they are."""
    one, more = UNITS.get(unit, (unit, unit))
    return Word(one if count == 1 else more)
