"""Which currency a visitor reads prices in: the cookie's, else US dollars, in which cards are charged."""

from functools import lru_cache

from babel import Locale
from flask import has_request_context, request
from markupsafe import Markup

from app.money.currencies import CURRENCIES
from app.web.languages import current_locale

CURRENCY_COOKIE = "currency"
CHARGED = "USD"


def current_currency() -> str:
    """An ISO 4217 code of `CURRENCIES`; whatever else a cookie says is no currency here."""
    chosen = request.cookies.get(CURRENCY_COOKIE) if has_request_context() else None
    return chosen if chosen in CURRENCIES else CHARGED


def currency_options() -> Markup:
    """The choices of a `<select>`, named in the reader's language; made once for each language and choice."""
    return _options(current_locale(), current_currency())


@lru_cache(maxsize=256)
def _options(locale: str, chosen: str) -> Markup:
    names = Locale.parse(locale).currencies
    option = Markup('<option value="{}"{}>{} · {}</option>')
    codes = [CHARGED, *sorted(CURRENCIES.keys() - {CHARGED})]
    return Markup().join(
        option.format(code, Markup(" selected") if code == chosen else "", code, names.get(code, code))
        for code in codes
    )
