"""What templates of goods have in common."""

import re
from collections.abc import Mapping

from babel import Locale
from flask_babel import gettext as _

from app.catalog.forms.names import names_example
from app.catalog.forms.tiers import tiers_example, tiers_text
from app.catalog.queries.goods import Choice
from app.catalog.rules.texts import Text, pick, unit_word
from app.catalog.views import bp
from app.errors import N_
from app.fx.rules import DatedRate
from app.fx.shown import price_text
from app.media.rules import WIDTHS, file_name
from app.money.amounts import Money, half_even, per_pieces, usd
from app.money.currencies import currency
from app.pricing.rules.tiers import read_kept
from app.web.filters import money, number
from app.web.languages import current_locale, language_name
from app.web.money_text import format_number

_WEEK = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_CONDITIONS = {
    "new": N_("New"),
    "like_new": N_("Used · like new"),
    "good": N_("Used · good"),
    "fair": N_("Used · fair"),
}
_DAYS = re.compile(rf"\b(?:{'|'.join(_WEEK)})\b")


@bp.app_template_filter("mine")
def my_text(texts: Mapping[str, str]) -> Text:
    """Of texts per language, the one for this reader, with its language: `{{ t.text }}`, `{{ t.lang }}`."""
    return pick(texts, current_locale())


@bp.app_template_filter("unit")
def unit_text(unit: str, count: int = 1) -> str:
    """A usual unit in the reader's language, in its form for `count`; a seller's own words as they are."""
    return _(unit_word(unit, count))


@bp.app_template_global("pack_said")
def pack_said(unit: str, pieces: int | None, piece_unit: str, count: int = 1) -> str:
    """`case of 12 bottles`; of several `3 cases of 12 bottles`. Empty where it is no pack."""
    if not pieces:
        return ""
    inside = {"count": number(pieces), "piece": unit_text(piece_unit, pieces)}
    if count == 1:
        return _("%(unit)s of %(count)s %(piece)s", unit=unit_text(unit), **inside)
    return _("%(packs)s %(unit)s of %(count)s %(piece)s", packs=number(count), unit=unit_text(unit, count), **inside)


@bp.app_template_global("piece_price_said")
def piece_price_said(pack: Money, pieces: int, piece_unit: str, dollars: Money | None = None) -> str:
    """`$2.00 per bottle`; where one costs less than can be shown, `$0.42 per 100 screws`. With `dollars`, which are what
    `pack` is in US dollars, as the reader reads prices."""
    packs = (pack,) if dollars is None else (pack, dollars)
    count, (asked, *in_dollars) = per_pieces(pieces, *packs)
    price = price_text(in_dollars[0], asked) if in_dollars else money(asked)
    if count == 1:
        return _("%(price)s per %(unit)s", price=price, unit=unit_text(piece_unit))
    return _("%(price)s per %(count)s %(units)s", price=price, count=number(count), units=unit_text(piece_unit, count))


@bp.app_template_filter("opening_hours")
def hours_text(hours: str) -> str:
    """`Mo-Sa 07:00-17:00` with the days in the reader's language; a seller's own words as they are."""
    days = Locale.parse(current_locale()).days["format"]["abbreviated"]
    return _DAYS.sub(lambda found: str(days[_WEEK.index(found[0])]), hours).replace("-", "–")


@bp.app_template_global("picture_url")
def picture_url(sha256: str | None, width: int = 320) -> str | None:
    return f"/media/{file_name(sha256, width)}" if sha256 else None


@bp.app_template_global("picture_set")
def picture_set(sha256: str | None) -> str | None:
    """For `srcset`: the browser takes what its screen needs."""
    return ", ".join(f"/media/{file_name(sha256, width)} {width}w" for width in WIDTHS) if sha256 else None


@bp.app_template_filter("condition")
def condition_text(condition: str) -> str:
    """In words."""
    return _(_CONDITIONS[condition]) if condition in _CONDITIONS else condition


@bp.app_template_global("per_kilogram")
def per_kilogram(choice: Choice) -> Money:
    """The price of a kilogram in US dollars, for comparing; half-even to the cent."""
    return usd(half_even(choice.price_usd.minor * 1000, choice.variant.net_grams or 1000))


@bp.app_template_global("in_dollars")
def in_dollars(dated: DatedRate, price_minor: int) -> Money:
    return dated.rate.to_usd(Money(price_minor, dated.rate.currency))


@bp.app_template_global("plain_price")
def plain_price(price_minor: int, currency_code: str) -> str:
    """As a form field shows it: digits of the reader's language, no symbol."""
    return format_number(price_minor, currency(currency_code), current_locale())


bp.add_app_template_global(tiers_text)
bp.add_app_template_global(names_example)
bp.add_app_template_global(language_name)
bp.add_app_template_global(tiers_example)


@bp.app_template_global("kept_tiers_text")
def kept_tiers_text(column: list[dict[str, int]], currency_code: str) -> str:
    """Tiers as a column keeps them, as a form field shows them."""
    return tiers_text(read_kept(column), currency_code)
