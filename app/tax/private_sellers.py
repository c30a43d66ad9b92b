"""Reading how much private persons may sell in a year, per country and day."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from app.money.amounts import Money
from app.money.currencies import currency

FILE = Path(__file__).parent / "data" / "private_sellers.toml"


@dataclass(frozen=True)
class PrivateLimit:
    """`limit` is of a calendar year; None where none was found. `what` says in English what the line means."""

    country: str
    starts_on: date
    ends_on: date | None
    limit: Money | None
    what: str
    source: str
    evidence: str
    checked_on: date


@cache
def private_limits() -> tuple[PrivateLimit, ...]:
    """All of the data file."""
    return tuple(_read(entry) for entry in tomllib.loads(FILE.read_text("utf-8"))["limit"])


def private_limit(country: str, on: date) -> PrivateLimit | None:
    """What holds in that country on that day; None when the file says nothing."""
    found = [
        entry
        for entry in private_limits()
        if entry.country == country and entry.starts_on <= on and (entry.ends_on is None or on <= entry.ends_on)
    ]
    return max(found, key=lambda entry: entry.starts_on, default=None)


def _read(entry: dict[str, Any]) -> PrivateLimit:
    code, whole = entry.get("currency"), entry.get("limit")
    limit = Money(whole * 10 ** currency(code).iso, code) if whole is not None and code is not None else None
    return PrivateLimit(
        country=entry["country"],
        starts_on=entry["from"],
        ends_on=entry.get("to"),
        limit=limit,
        what=entry["what"],
        source=entry["source"],
        evidence=entry["evidence"],
        checked_on=entry["checked_on"],
    )
