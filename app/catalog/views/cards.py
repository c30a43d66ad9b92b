"""What a card of a list says, in the reader's language: worked out here, so that the template only puts it in place."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask_babel import gettext as _

from app.catalog.queries.categories import CategoryTile
from app.catalog.queries.shelf import Card
from app.catalog.rules.texts import pick
from app.catalog.views import bp
from app.catalog.views.shared import condition_text, picture_set, picture_url, unit_text
from app.fx.shown import price_text
from app.web.filters import mark_language, place_in
from app.web.languages import current_locale


@dataclass(frozen=True, slots=True)
class CardTexts:
    """`lang` is None where it is the page's own; `tag` says what is unusual about the goods, `place` where room is."""

    href: str
    title: str
    lang: str | None
    price: str
    unit: str
    by: str
    place: str | None
    picture: str | None
    srcset: str | None
    tint: str
    tag: str | None
    sold_out: bool = False  # lists do not look at the stock


@bp.app_template_global("card_texts")
def card_texts(cards: Sequence[Card], *, show_seller: bool = True) -> list[CardTexts]:
    """One for each card, in order. Without `show_seller` the place stands where its name would."""
    locale = current_locale()
    return [_texts_of(card, locale, show_seller=show_seller) for card in cards]


def _texts_of(card: Card, locale: str, *, show_seller: bool) -> CardTexts:
    title = pick(card.titles, locale)
    whole, short = _places(card.place, card.country, locale)
    return CardTexts(
        href=f"/p/{card.slug}",
        title=title.text,
        lang=title.lang if title.lang != locale else None,
        price=_price(card),
        unit=_per(card.unit, locale),
        by=card.seller_name if show_seller else whole,
        place=short if show_seller else None,
        picture=picture_url(card.picture),
        srcset=picture_set(card.picture),
        tint=card.tint,
        tag=_tag(card),
    )


def _price(card: Card) -> str:
    if card.lowest_usd is None:
        return price_text(card.price_usd, card.price)
    return _("from %(price)s", price=price_text(card.lowest_usd, card.lowest))


def _tag(card: Card) -> str | None:
    if card.is_closed:
        return _("Closed for now")
    if card.min_quantity > 1:
        return _("From %(count)s %(unit)s", count=card.min_quantity, unit=unit_text(card.unit, card.min_quantity))
    return condition_text(card.condition) if card.condition != "new" else None


@bp.app_template_global("stall_names")
def stall_names(tiles: Sequence[CategoryTile]) -> list[tuple[str, str]]:
    """Slug and name of each category, the name marked with its language where that is not the page's."""
    locale = current_locale()
    names = [(tile.slug, pick(tile.names, locale)) for tile in tiles]
    return [(slug, mark_language(name.text, name.lang, locale)) for slug, name in names]


@lru_cache(maxsize=1024)
def _per(unit: str, _locale: str) -> str:
    """Of the language of the request, which the caller names so that each has its own."""
    return _("per %(unit)s", unit=unit_text(unit))


@lru_cache(maxsize=4096)
def _places(place: str, country: str, _locale: str) -> tuple[str, str]:
    """(whole, short), in the language of the request."""
    return place_in(place, country), place_in(place, country, short=True)
