"""Choosing among the languages something is written in."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.errors import N_

UNITS = {
    "kg": N_("kg"), "piece": N_("piece"), "bag": N_("bag"), "pack": N_("pack"), "set": N_("set"), "jar": N_("jar"),
    "bottle": N_("bottle"), "box": N_("box"), "pair": N_("pair"), "block": N_("block"), "sack": N_("sack"),
    "tub": N_("tub"), "meter": N_("meter"), "tray": N_("tray"), "tin": N_("tin"), "liter": N_("liter"),
    "bundle": N_("bundle"), "dozen": N_("dozen"),
}  # fmt: skip


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
