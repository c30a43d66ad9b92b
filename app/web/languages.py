"""Which language a page is in: the cookie's, else the account's, else the browser's, else English."""

from dataclasses import dataclass
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale
from flask import Flask, current_app, has_request_context, request
from flask_babel import Babel, get_locale

from app.config.settings import Settings
from app.web.catalogs import compiled_folder, offered
from app.web.flashes import install_flashes
from app.web.viewer import current_viewer

LANGUAGE_COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Language:
    """`name` is what its speakers call it: that is what they look for."""

    code: str
    name: str


def _named(code: str) -> Language:
    name = Locale.parse(code).get_language_name(code) or code
    return Language(code, name[0].upper() + name[1:])


LANGUAGES = tuple(_named(code) for code in ("en", *offered()))
"""English stands in the code; of the others, those whose texts are whole. `phsar texts add` begins one."""
CODES = tuple(language.code for language in LANGUAGES)


def choose_locale() -> str:
    """The language of this request, one of `CODES`."""
    if not has_request_context():
        return CODES[0]
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in CODES:
        return chosen
    account = current_viewer().locale
    if account in CODES:
        return account
    return _of_browser()


def _of_browser() -> str:
    """By the order of preference alone: Werkzeug would rank `en;q=0.5` above `km-KH`, because it matches exactly."""
    wanted = (tag.replace("_", "-").partition("-")[0].lower() for tag, _quality in request.accept_languages)
    return next((code for code in wanted if code in CODES), CODES[0])


def current_locale() -> str:
    """As a plain code, inside and outside of a request (where `flask_babel.force_locale` decides)."""
    locale = get_locale()
    return _code_of(locale) if locale else CODES[0]


@lru_cache(maxsize=64)
def _code_of(locale: Locale) -> str:
    return str(locale)


def language_name(code: str) -> str:
    """What the reader calls that language."""
    return str(Locale.parse(current_locale()).languages.get(code, code))


def current_time_zone() -> ZoneInfo:
    """The viewer's own, else the market's."""
    settings: Settings = current_app.config["SETTINGS"]
    zone = current_viewer().time_zone if has_request_context() else None
    return ZoneInfo(zone or settings.market_time_zone)


def other_languages() -> tuple[Language, ...]:
    return tuple(language for language in LANGUAGES if language.code != current_locale())


def install_languages(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(compiled_folder())
    install_flashes(app, Babel(app, locale_selector=choose_locale))
