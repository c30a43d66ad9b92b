"""Texts in the reader's language, where there is no page and no request: mails."""

import gettext
from datetime import date, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from app.errors import Until, Word
from app.money.amounts import Money, TokenAmount
from app.web.catalogs import compiled_folder
from app.web.filters import DATE, DATE_TIME, END_OF_DAY, day_ended
from app.web.money_text import format_money, format_token, group_digits


def in_language(locale: str, text: str, *, time_zone: str = "UTC", **values: Any) -> str:
    """`text` (marked with `N_`) in that language with its values as people there read them.

    Money, tokens, numbers, days and moments may be given as they are; moments are shown in `time_zone`.
    """
    words = {name: _written(value, locale, time_zone) for name, value in values.items()}
    translated = _catalog(locale).gettext(text)
    return translated % words if words else translated


def _written(value: Any, locale: str, time_zone: str) -> Any:
    if isinstance(value, Word):
        return _catalog(locale).gettext(value)
    if isinstance(value, Money):
        return format_money(value, locale)
    if isinstance(value, TokenAmount):
        return format_token(value, locale, short=True)
    if isinstance(value, Until):
        day = day_ended(value.at.astimezone(ZoneInfo(time_zone)))
        return in_language(locale, END_OF_DAY, day=day) if day else _written(value.at, locale, time_zone)
    if isinstance(value, datetime):
        return format_datetime(value, DATE_TIME.get(locale, "medium"), tzinfo=ZoneInfo(time_zone), locale=locale)
    if isinstance(value, date):
        return format_date(value, DATE.get(locale, "medium"), locale=locale)
    if isinstance(value, int) and not isinstance(value, bool):
        return group_digits(value, locale)
    return value


@cache
def _catalog(locale: str) -> gettext.NullTranslations:
    return gettext.translation("messages", str(compiled_folder()), [locale], fallback=True)
