"""Reading the list of prohibited goods."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from app.catalog.search import words
from app.moderation.rules import KINDS, REFUSE, REVIEW, ProhibitedRule

FILE = Path(__file__).parent / "data" / "prohibited.toml"


class BrokenRule(ValueError):
    """The data file says something impossible; the message names the entry."""


@cache
def prohibited() -> tuple[ProhibitedRule, ...]:
    """All rules of the data file. Raises BrokenRule."""
    return tuple(_read(entry) for entry in tomllib.loads(FILE.read_text("utf-8"))["rule"])


def _read(entry: dict[str, Any]) -> ProhibitedRule:
    values = dict(entry)
    try:
        rule = ProhibitedRule(
            starts_on=values.pop("from"),
            countries=frozenset(values.pop("countries")),
            phrases=tuple(words(phrase) for phrase in values.pop("words")),
            **values,
        )
    except (KeyError, TypeError) as error:
        raise BrokenRule(f"{entry.get('key')}: {error}") from error
    if rule.key not in KINDS or rule.action not in (REFUSE, REVIEW) or not all(rule.phrases):
        raise BrokenRule(f"{rule.key}: unknown kind or action, or a phrase without words")
    return rule
