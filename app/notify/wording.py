"""A text of ours in a reader's language, outside of any request: what mails are written with."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.support import NullTranslations, Translations

from app.config.current import settings
from app.money.amounts import Money
from app.web.catalogs import compiled_folder
from app.web.money_text import format_money


def in_language(locale: str, message: str, values: Mapping[str, Any]) -> str:
    """`message` translated, its values as readers of `locale` write them; times in the market's own zone."""
    text = str(_translations(locale).gettext(message))
    return text % {name: _shown(value, locale) for name, value in values.items()} if values else text


@lru_cache(maxsize=32)
def _translations(locale: str) -> NullTranslations:
    return Translations.load(str(compiled_folder()), [locale])


def _shown(value: Any, locale: str) -> Any:
    if isinstance(value, Money):
        return format_money(value, locale)
    if isinstance(value, datetime):
        local = value.astimezone(ZoneInfo(settings().market_time_zone))
        return format_datetime(local, "d MMM y, HH:mm", locale=locale)
    if isinstance(value, date):
        return format_date(value, "d MMM y", locale=locale)
    return value
