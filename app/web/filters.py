"""What templates turn values into text with. Everything follows the viewer's language and time zone."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime, format_timedelta, get_timezone_location
from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup, escape

from app.errors import N_, Until, Word
from app.money.amounts import Money, TokenAmount, percent
from app.web.addresses import address_lines
from app.web.breaks import mark_breaks
from app.web.cells import label_cells
from app.web.languages import current_locale, current_time_zone
from app.web.money_text import format_money, format_token, group_digits

DATE = {"en": "d MMM y", "km": "d MMMM y"}
DATE_TIME = {"en": "d MMM y, HH:mm", "km": "d MMMM y, HH:mm"}
DAY = {"en": "EEEE, d MMM", "km": "'ថ្ងៃ'EEEE 'ទី'd MMMM"}
END_OF_DAY = N_("%(day)s, end of day")
_AGO_UNTIL = timedelta(days=7)
_SHORT_HASH = 12
_CODE = re.compile("`([^`]*)`")
_SECOND_NAMES = (" (Burma)", " (ភូមា)")
_GREENWICH = ("UTC", "Etc/UTC", "GMT")


def money(value: Money) -> str:
    return format_money(value, current_locale())


def money_of(minor: int, currency: str) -> Money:
    """For rows that keep the two apart."""
    return Money(minor, currency)


def token(value: TokenAmount, *, short: bool = False) -> str:
    return format_token(value, current_locale(), short=short)


def number(value: int) -> str:
    """A count, with its digits grouped."""
    return group_digits(value, current_locale()) if value >= 0 else "\u2212" + group_digits(-value, current_locale())


def date_text(value: date | datetime) -> str:
    """`23 Nov 2026`, in the viewer's time zone."""
    day = _local(value).date() if isinstance(value, datetime) else value
    return _date(day, _pattern(DATE), current_locale())


def date_time_text(value: datetime) -> str:
    """`23 Nov 2026, 14:05`, in the viewer's time zone."""
    return format_datetime(_local(value), _pattern(DATE_TIME), locale=current_locale())


def until_text(value: datetime) -> str:
    """A moment at which something ends. One that ends with a day is named by that day: `29 Dec 2026, end of day`.

    To a reader in another time zone it is no midnight, and is told to the minute.
    """
    day = day_ended(_local(value))
    return _(END_OF_DAY, day=date_text(day)) if day else date_time_text(value)


def day_ended(local: datetime) -> date | None:
    """The day that is over at this moment, if it is a midnight."""
    return None if local.time() != time.min else local.date() - timedelta(days=1)


def day_text(value: date | datetime) -> str:
    """`Wednesday, 25 Nov`: for what is near."""
    day = _local(value).date() if isinstance(value, datetime) else value
    return _date(day, _pattern(DAY), current_locale())


@lru_cache(maxsize=4096)
def _date(day: date, pattern: str, locale: str) -> str:
    return str(format_date(day, pattern, locale=locale))


def ago(value: datetime, now: datetime | None = None) -> str:
    """`4 minutes ago`; after a week, or for the future, the date."""
    past = (now or datetime.now(UTC)) - value
    if past < timedelta(seconds=-5) or past > _AGO_UNTIL:
        return date_text(value)
    if past < timedelta(seconds=45):
        return str(_("just now"))
    return str(format_timedelta(-past, add_direction=True, locale=current_locale()))


def country_name(code: str) -> str:
    """Of two names the first: `Myanmar`, not `Myanmar (Burma)`."""
    return _country_name(code, current_locale())


@lru_cache(maxsize=1024)
def _country_name(code: str, locale: str) -> str:
    name = str(Locale.parse(locale).territories.get(code, code))
    for second in _SECOND_NAMES:
        name = name.removesuffix(second)
    return name


def place_in(place: str, country: str, *, short: bool = False) -> str:
    """`Lom Sak, Phetchabun, Thailand`; where room is short `Phetchabun, Thailand`. A city that is a country stands once."""
    parts = [part for part in place.split(", ") if part]
    if parts and parts[-1] == Locale("en").territories.get(country):
        parts.pop()
    shown = parts[-1:] if short else parts
    return ", ".join([*shown, country_name(country)])


def with_code(text: str) -> Markup:
    """What stands between backticks is a command."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped just here


def address(value: Mapping[str, str]) -> Markup:
    """The lines of an address, as its country prints them."""
    return Markup("<br>").join(address_lines(value, country_name(value.get("country", ""))))


def time_zone(zone: str) -> str:
    """`Cambodia Time (GMT+7)` for `Asia/Phnom_Penh`: whose clock it is, and how far from Greenwich it is just now."""
    offset = datetime.now(ZoneInfo(zone)).utcoffset() or timedelta()
    hours, minutes = divmod(int(abs(offset).total_seconds()) // 60, 60)
    far = f"{'−' if offset < timedelta() else '+'}{hours}" + (f":{minutes:02}" if minutes else "")
    if zone in _GREENWICH:
        return "UTC"
    name = str(get_timezone_location(zone, locale=current_locale()))
    for second in _SECOND_NAMES:
        name = name.replace(second, "")
    return _("%(zone)s (GMT%(offset)s)", zone=name, offset=far)


def short_hash(value: bytes | str) -> str:
    """`0x51af…09c9`: enough to recognize, never enough to type; show the whole in the title."""
    text = "0x" + value.hex() if isinstance(value, bytes) else value
    return text if len(text) <= _SHORT_HASH else f"{text[:6]}…{text[-4:]}"


def hex_text(value: bytes) -> str:
    return "0x" + value.hex()


def lang_span(text: str, lang: str) -> Markup:
    """`text`, marked as `lang` when the page is in another language, with its line breaks made visible to browsers."""
    return mark_language(text, lang, current_locale())


def mark_language(text: str, lang: str, locale: str) -> Markup:
    """`lang_span` of a page in `locale`."""
    shown = escape(mark_breaks(text))
    return shown if lang == locale else Markup('<span lang="{}">{}</span>').format(lang, shown)


def in_words(value: Any) -> Any:
    """A value inside a sentence: money, tokens and times as people read them, the rest as it is."""
    if isinstance(value, Money):
        return money(value)
    if isinstance(value, TokenAmount):
        return token(value, short=True)
    if isinstance(value, Until):
        return until_text(value.at)
    if isinstance(value, datetime):
        return date_time_text(value)
    if isinstance(value, date):
        return date_text(value)
    if isinstance(value, Word):
        return _(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return value
    return number(value)


def iso_time(value: date | datetime) -> str:
    """For the `datetime` attribute of `<time>`."""
    return value.isoformat()


def install_filters(app: Flask) -> None:
    app.jinja_env.filters.update(
        money=money,
        token=token,
        number=number,
        date=date_text,
        datetime=date_time_text,
        until=until_text,
        day=day_text,
        ago=ago,
        country=country_name,
        place_in=place_in,
        time_zone=time_zone,
        with_code=with_code,
        address=address,
        short_hash=short_hash,
        hex=hex_text,
        khmer_breaks=mark_breaks,
        iso_time=iso_time,
        label_cells=label_cells,
    )
    app.jinja_env.globals.update(lang_span=lang_span, money_of=money_of, percent=percent)


def _pattern(patterns: Mapping[str, str]) -> str:
    return patterns.get(current_locale(), "medium")


def _local(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"a time without a zone cannot be shown: {value!r}")
    return value.astimezone(current_time_zone())
