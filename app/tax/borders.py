"""What countries ask at their borders, and from which sales a seller has to register: dated data, read once."""

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from app.money.amounts import Money

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, kw_only=True)
class Dated:
    """What a country asks from a day on, and how that is known."""

    country: str
    starts_on: date
    source: str
    evidence: str
    checked_on: date


D = TypeVar("D", bound=Dated)


@dataclass(frozen=True, kw_only=True)
class ImportRule(Dated):
    """`free_up_to`: the value below which a country asks nothing, zero for from the first unit.

    `low_value_*`: a tax on parcels worth up to so much, whatever duty there is above.
    """

    free_up_to: Money
    low_value_up_to: Money | None
    low_value_name: str
    low_value_bps: int


@dataclass(frozen=True, kw_only=True)
class Threshold(Dated):
    """Sales of a year, on all platforms together, from which a seller has to register for the tax on sales."""

    yearly: Money


def import_rule(country: str, on: date) -> ImportRule | None:
    return _in_force(_import_rules(), country, on)


def low_value_rules(on: date) -> dict[str, ImportRule]:
    """By country, where goods from abroad are taxed when they are sold."""
    found = {rule.country: import_rule(rule.country, on) for rule in _import_rules()}
    return {country: rule for country, rule in found.items() if rule and rule.low_value_up_to is not None}


def threshold(country: str, on: date) -> Threshold | None:
    """None where there is no such tax, or none is on file."""
    return _in_force(_thresholds(), country, on)


def _in_force(found: Sequence[D], country: str, on: date) -> D | None:
    begun = [one for one in found if one.country == country and one.starts_on <= on]
    return max(begun, key=lambda one: one.starts_on, default=None)


@cache
def _import_rules() -> tuple[ImportRule, ...]:
    return _read("imports", "import", _import_rule)


@cache
def _thresholds() -> tuple[Threshold, ...]:
    return _read("thresholds", "threshold", _threshold)


def _read(file: str, table: str, made_of: Callable[[dict[str, Any]], D]) -> tuple[D, ...]:
    entries = tomllib.loads((FOLDER / f"{file}.toml").read_text("utf-8"))[table]
    return tuple(made_of(dict(entry)) for entry in entries)


def _import_rule(entry: dict[str, Any]) -> ImportRule:
    code = entry.pop("currency")
    low = entry.pop("low_value_up_to", None)
    return ImportRule(
        free_up_to=Money(entry.pop("free_up_to"), code),
        low_value_up_to=None if low is None else Money(low, code),
        low_value_name=entry.pop("low_value_name", ""),
        low_value_bps=entry.pop("low_value_bps", 0),
        starts_on=entry.pop("from"),
        **entry,
    )


def _threshold(entry: dict[str, Any]) -> Threshold:
    return Threshold(yearly=Money(entry.pop("yearly"), entry.pop("currency")), starts_on=entry.pop("from"), **entry)
