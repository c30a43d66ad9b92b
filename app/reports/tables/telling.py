"""How cells and the head of a table are told to people; files for programs keep the bare texts.

The language is passed in: files are made by jobs too, where nobody is asking.
"""

import json
import re
from typing import Any

from app.audit.words import DETAILS
from app.ledger.words import EVENTS, event_words
from app.money.amounts import usd
from app.notify.words import in_language
from app.reports.rules import Period
from app.reports.tables.reading import Asked
from app.reports.tables.shape import Column, Kind

_UP_TO_THE_MINUTE = 16
_SHORT = 14
_LONG_ID = re.compile(r"(?:0x)?[0-9a-f]{20,}|[0-9a-f]{8}-[0-9a-f-]{27}|[a-z]+_\w{16,}")
_DAY, _DAYS = "%(last)s", "%(first)s – %(last)s"


def told(locale: str, column: Column, cell: str) -> str:
    """A cell in that language: amounts in groups, moments to the minute, long ids shortened."""
    if column.kind is Kind.AMOUNT and cell:
        return grouped(cell)
    if column.kind is Kind.MOMENT:
        return cell[:_UP_TO_THE_MINUTE]
    if column.words is DETAILS:
        return details_told(locale, json.loads(cell or "{}"))
    if column.words is EVENTS and cell:
        return event_words(locale, cell)
    if column.words is not None:
        name, several, count = cell.partition(" x")
        return in_language(locale, column.words[name]) + (several and f" × {count}") if name in column.words else cell
    return _shortened(cell)


def _shortened(text: str) -> str:
    return f"{text[:_SHORT]}…" if _LONG_ID.fullmatch(text) else text


def details_told(locale: str, details: dict[str, Any]) -> str:
    """What was noted of an act: `amount: $12.00; reason: …`, dollars wherever it counts cents."""
    return "; ".join(f"{_named(locale, name)}: {_noted(locale, name, value)}" for name, value in details.items())


def _named(locale: str, name: str) -> str:
    return in_language(locale, DETAILS[name]) if name in DETAILS else name.replace("_", " ")


def _noted(locale: str, name: str, value: Any) -> str:
    if name.endswith("cents") and isinstance(value, int):
        return in_language(locale, "%(amount)s", amount=usd(value))
    return _shortened(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def grouped(amount: str) -> str:
    """`-1234.50` as `-1,234.50`."""
    whole, dot, fraction = amount.partition(".")
    sign = "-" if whole.startswith("-") else ""  # of -0.50 as well
    return f"{sign}{int(whole.lstrip('-')):,}{dot}{fraction}"


def title_of(locale: str, asked: Asked) -> str:
    """Whose report of which days, in that language."""
    days = days_told(locale, asked.period, at_a_day=asked.table.at_a_day)
    return _title(in_language(locale, asked.table.title), asked, days)


def days_told(locale: str, period: Period, *, at_a_day: bool = False) -> str:
    """As people there write them."""
    return in_language(locale, _DAY if at_a_day else _DAYS, first=period.first, last=period.last)


def plain(asked: Asked) -> str:
    """The same for files that are one and the same for all readers."""
    period = asked.period
    days = f"{period.last}" if asked.table.at_a_day else f"{period.first} – {period.last}"
    return _title(asked.table.title, asked, days)


def _title(name: str, asked: Asked, days: str) -> str:
    account = f" {asked.account}" if asked.account else ""
    return f"{name}{account} · {asked.scope.name} · {days} ({asked.period.time_zone})"
