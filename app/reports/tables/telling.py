"""How cells and the head of a table are told to people; files for programs keep the bare texts."""

import re

from flask_babel import gettext as _

from app.ledger.words import EVENTS, TAKEN_BACK
from app.reports.tables.reading import Asked
from app.reports.tables.shape import Column, Kind
from app.web.filters import date_text

_UP_TO_THE_MINUTE = 16
_SHORT = 14
_LONG_ID = re.compile(r"0x[0-9a-f]{20,}|[0-9a-f]{8}-[0-9a-f-]{27}|[a-z]+_\w{16,}")
_TAKEN_BACK = "_taken_back"


def told(column: Column, cell: str) -> str:
    """A cell in the reader's language: amounts in groups, moments to the minute, long ids shortened."""
    if column.kind is Kind.AMOUNT and cell:
        return grouped(cell)
    if column.kind is Kind.MOMENT:
        return cell[:_UP_TO_THE_MINUTE]
    if column.words is EVENTS and cell:
        return event_words(cell)
    if column.words is not None:
        return _(column.words[cell]) if cell in column.words else cell
    return f"{cell[:_SHORT]}…" if _LONG_ID.fullmatch(cell) else cell


def event_words(event: str) -> str:
    """What a journal's event is called."""
    if event.endswith(_TAKEN_BACK):
        return _(TAKEN_BACK, entry=event_words(event.removesuffix(_TAKEN_BACK)))
    return _(EVENTS[event]) if event in EVENTS else event


def grouped(amount: str) -> str:
    """`-1234.50` as `-1,234.50`."""
    whole, dot, fraction = amount.partition(".")
    sign = "-" if whole.startswith("-") else ""  # of -0.50 as well
    return f"{sign}{int(whole.lstrip('-')):,}{dot}{fraction}"


def title_of(asked: Asked) -> str:
    """Whose report of which days, in the reader's language."""
    period = asked.period
    days = date_text(period.last) if asked.table.at_a_day else f"{date_text(period.first)} – {date_text(period.last)}"
    account = f" {asked.account}" if asked.account else ""
    return f"{_(asked.table.title)}{account} · {asked.scope.name} · {days} ({period.time_zone})"


def plain(asked: Asked) -> str:
    """The same for files that are one and the same for all readers."""
    period = asked.period
    days = f"{period.last}" if asked.table.at_a_day else f"{period.first} – {period.last}"
    account = f" {asked.account}" if asked.account else ""
    return f"{asked.table.title}{account} · {asked.scope.name} · {days} ({period.time_zone})"
