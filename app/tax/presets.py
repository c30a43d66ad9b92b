"""Reading the dated presets."""

import tomllib
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from app.tax.rules import CLASSES, FREE_NOTES, ORDINARY, Preset

FILE = Path(__file__).parent / "data" / "presets.toml"
KINDS = frozenset({"vat", "none", *FREE_NOTES})


class BrokenPreset(ValueError):
    """The data file says something impossible; the message names the entry."""


@cache
def presets() -> tuple[Preset, ...]:
    """All presets of the data file. Raises BrokenPreset."""
    entries = tomllib.loads(FILE.read_text("utf-8"))["preset"]
    found = tuple(_read(entry) for entry in entries)
    _require_no_overlap(found)
    return found


def _read(entry: dict[str, Any]) -> Preset:
    values = dict(entry)
    where = f"{values.get('country')} from {values.get('from')}"
    try:
        starts_on, ends_on = values.pop("from"), values.pop("to", None)
        preset = Preset(starts_on=starts_on, ends_on=ends_on, goods=values.pop("class", ORDINARY), **values)
    except (KeyError, TypeError) as error:
        raise BrokenPreset(f"{where}: {error}") from error
    if preset.kind not in KINDS or preset.goods not in CLASSES or not 0 <= preset.rate_bps < 10_000:  # noqa: PLR2004 - a hundred percent
        raise BrokenPreset(f"{where}: unknown kind or class, or a rate that cannot be")
    if preset.ends_on is not None and preset.ends_on < preset.starts_on:
        raise BrokenPreset(f"{where}: ends before it starts")
    return preset


def _require_no_overlap(found: tuple[Preset, ...]) -> None:
    ordered = sorted(found, key=lambda preset: (preset.country, preset.goods, preset.starts_on))
    for earlier, later in pairwise(ordered):
        is_same = (earlier.country, earlier.goods) == (later.country, later.goods)
        if is_same and (earlier.ends_on or date.max) >= later.starts_on:
            raise BrokenPreset(f"{later.country}: two rates on {later.starts_on}")
