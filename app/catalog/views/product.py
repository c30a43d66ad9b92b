"""One listing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from flask import g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.catalog.errors import ListingNotFound
from app.catalog.models import Listing
from app.catalog.queries.goods import (
    NEWEST,
    TOGETHER,
    Choice,
    GoodsVersion,
    choices,
    goods_version,
    listing_shown,
    variants_of,
)
from app.catalog.queries.offers import offers_for
from app.catalog.queries.shelf import newest_and_together
from app.catalog.views import bp
from app.catalog.views.buyer import current_buyer
from app.db.session import reading
from app.fx.queries import rate_for
from app.fx.shown import shown_rate
from app.identity.actor import ANONYMOUS, Actor
from app.identity.current import current_actor
from app.identity.rules.roles import BUYING_ROLES
from app.pricing.queries import Buyer
from app.shipping.models import ShippingRate
from app.shipping.queries import all_rates
from app.shipping.rules import Load, delivery_span
from app.shipping.rules import offered as offered_to
from app.web.addresses import COUNTRIES
from app.web.filters import country_name
from app.web.kept import kept_while_same
from app.web.kept_pages import is_as_for_any_guest, kept_page
from app.web.languages import current_locale
from app.web.reader_country import reader_country, remember_country

_DIGITS = 7
_DAYS_BEGIN = 900  # seconds: at a quarter of an hour, in every time zone; days of arrival are counted from today


@dataclass(frozen=True)
class Goods:
    """The part of a page that stays the same as long as the goods' version does, in the reader's language."""

    listing: Listing
    gallery: Markup
    about: Markup
    together: Markup
    others: Markup


@bp.get("/p/<slug>")
def product(slug: str) -> ResponseReturnValue:
    """`?choice=` picks a variant, by its code (SKU); without, the first that can be had. `?quantity=` shows its price.

    Price, stock, rate and shipping are of this moment, whoever asks: what is kept of the page, goes by their versions.
    """
    version = _version(slug)
    page: str | bytes
    if version is None or not is_as_for_any_guest():
        page = _page(slug, version)
    else:
        g.listing_shown = version.number
        page = kept_page(
            (reader_country(),),
            (version, shown_rate(), datetime.now(UTC).timestamp() // _DAYS_BEGIN),
            partial(_page, slug, version),
        )
    return remember_country(make_response(page), reader_country()) if "to" in request.args else page


def _version(slug: str) -> GoodsVersion | None:
    """None for what is not, or may not be, kept. Raises ListingNotFound for who cannot see more than everybody.

    Sellers and the market's people also see what is not on show, and buyers what is for them alone."""
    if current_actor().memberships:
        return None
    with reading() as session:
        version = goods_version(session, slug)
    if version is None and current_buyer() is None:
        raise ListingNotFound
    return version


def _page(slug: str, version: GoodsVersion | None) -> str:
    """As this visitor sees it."""
    actor, buyer = current_actor(), current_buyer()
    with reading() as session:
        goods, methods = _kept(session, slug, version) if version else _unkept(session, actor, slug, buyer)
        listing = goods.listing
        variants = variants_of(session, listing.id)
        if not variants:
            raise ListingNotFound
        dated = rate_for(session, listing.currency)
        offers = offers_for(session, buyer, [variant.id for variant in variants])
        offered = choices(listing, variants, dated.rate, offers)
    g.listing_shown = listing.number  # for what remembers where a browser has been
    chosen, to = _chosen(offered, request.args.get("choice", "")), reader_country()
    quantity = _quantity(chosen, listing)
    return render_template(
        "catalog/product.html",
        goods=goods,
        gallery=_gallery(goods, chosen),
        listing=listing,
        shop=listing.organization,
        choices=offered,
        chosen=chosen,
        quantity=quantity,
        price=chosen.at(quantity),
        to=to,
        countries=_countries(current_locale()),
        ways=_ways(methods, listing, chosen, to),
        more_weight=any(row.max_grams for row in methods),
        dated=dated,
        methods=methods,
        is_mine=actor.member_of(listing.organization_id),
        buys_for_company=bool(actor.organizations(BUYING_ROLES)),
    )


@dataclass(frozen=True)
class Way:
    """A method to the reader's country for the smallest quantity, and when that would arrive."""

    row: ShippingRate
    price_minor: int
    first: datetime
    last: datetime


def _ways(rows: Sequence[ShippingRate], listing: Listing, chosen: Choice, to: str) -> list[Way]:
    shop, pieces, grams = listing.organization, listing.min_quantity, chosen.variant.net_grams
    load = Load((grams or 0) * pieces, 0 if grams else pieces, chosen.price.minor * pieces)
    leaves = datetime.now(UTC) + timedelta(days=max(shop.handling_days, 1))
    found = offered_to(sorted(rows, key=lambda row: row.position), shop.country, to, load)
    return [Way(row, price, *delivery_span(leaves, row.days_min, row.days_max)) for row, price in found]


def _kept(session: Session, slug: str, version: GoodsVersion) -> tuple[Goods, Sequence[ShippingRate]]:
    """The goods, and how the seller sends."""
    goods = kept_while_same(("goods", slug), (version.goods, shown_rate()), partial(_goods, session, ANONYMOUS, slug))
    shop_id = goods.listing.organization_id
    return goods, kept_while_same(("rates", shop_id), version.sending, partial(all_rates, session, shop_id))


def _unkept(session: Session, actor: Actor, slug: str, buyer: Buyer | None) -> tuple[Goods, Sequence[ShippingRate]]:
    goods = _goods(session, actor, slug, buyer)
    return goods, all_rates(session, goods.listing.organization_id)


def _gallery(goods: Goods, chosen: Choice) -> Markup:
    """With the picture of what was chosen first, where it has one of its own."""
    pictures, own = goods.listing.pictures, chosen.variant.picture_id
    if own is None or own not in [link.picture_id for link in pictures[1:]]:
        return goods.gallery
    ordered = sorted(pictures, key=lambda link: link.picture_id != own)
    made = render_template("catalog/_gallery.html", listing=goods.listing, pictures=ordered)
    return Markup(made)  # noqa: S704 - ours


def _goods(session: Session, actor: Actor, slug: str, buyer: Buyer | None = None) -> Goods:
    listing = listing_shown(session, actor, slug, buyer)
    newest, together = newest_and_together(session, listing, buyer, newest=NEWEST, together=TOGETHER)
    others = [card for card in newest if card.id != listing.id][: NEWEST - 1]
    cards, is_mine = {"others": others, "together": together}, actor.member_of(listing.organization_id)
    return Goods(
        listing,
        *(_part(name, listing, is_mine=is_mine, **cards) for name in ("gallery", "about", "together", "others")),
    )


def _part(name: str, listing: Listing, **about: Any) -> Markup:
    made = render_template(f"catalog/_{name}.html", listing=listing, shop=listing.organization, **about)
    return Markup(made)  # noqa: S704 - ours


def _chosen(offered: list[Choice], sku: str) -> Choice:
    named = [choice for choice in offered if choice.variant.sku == sku]
    free = [choice for choice in offered if not choice.is_sold_out]
    return (named or free or offered)[0]


def _quantity(chosen: Choice, listing: Listing) -> int:
    """What the address asks for, if so many can be had; else the smallest quantity."""
    asked = request.args.get("quantity", "")
    count = int(asked) if asked.isdecimal() and asked.isascii() and len(asked) <= _DIGITS else 0
    return count if listing.min_quantity <= count <= chosen.largest else listing.min_quantity


@lru_cache(maxsize=32)
def _countries(_locale: str) -> list[tuple[str, str]]:
    """In the language of the request, which the caller names so that each has its own."""
    return sorted(((code, country_name(code)) for code in COUNTRIES), key=lambda pair: pair[1])
