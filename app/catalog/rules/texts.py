"""Choosing among the languages something is written in."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import N_, Word

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


def unit_word(unit: str, count: int = 1) -> Word:
    """A usual unit as a text for translators, in its form for `count`; a seller's own words as they are."""
    one, more = UNITS.get(unit, (unit, unit))
    return Word(one if count == 1 else more)
