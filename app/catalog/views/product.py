"""One listing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.catalog.errors import ListingNotFound
from app.catalog.models import Listing, Variant
from app.catalog.queries.goods import NEWEST, Choice, choices, goods_now, listing_shown, variants_of
from app.catalog.queries.offers import offers_for
from app.catalog.queries.shelf import Card, Shelf, shelf_page
from app.catalog.views import bp
from app.catalog.views.buyer import current_buyer
from app.db.session import reading
from app.fx.queries import rate_for
from app.identity.actor import ANONYMOUS, Actor
from app.identity.current import current_actor
from app.pricing.queries import Buyer
from app.shipping.queries import all_rates
from app.web.kept import kept_while_same
from app.web.pages import page

_DIGITS = 7


@dataclass(frozen=True)
class Goods:
    """The part of a page that stays the same as long as the goods' version does, in the reader's language."""

    listing: Listing
    gallery: Markup
    about: Markup
    others: Markup


@bp.get("/p/<slug>")
def product(slug: str) -> ResponseReturnValue:
    """`?choice=` picks a variant, by its code (SKU); without, the first that can be had. `?quantity=` shows its price.

    Price, stock, rate and shipping are of this moment, whoever asks.
    """
    actor = current_actor()
    with reading() as session:
        goods, variants = _found(session, actor, slug)
        listing = goods.listing
        dated = rate_for(session, listing.currency)
        offers = offers_for(session, current_buyer(), [variant.id for variant in variants])
        offered = choices(listing, variants, dated.rate, offers)
        methods = all_rates(session, listing.organization_id)
    chosen = _chosen(offered, request.args.get("choice", ""))
    quantity = _quantity(chosen, listing)
    return page(
        "catalog/product.html",
        goods=goods,
        listing=listing,
        shop=listing.organization,
        choices=offered,
        chosen=chosen,
        quantity=quantity,
        price=chosen.at(quantity),
        dated=dated,
        methods=methods,
        is_mine=actor.member_of(listing.organization_id),
    )


def _found(session: Session, actor: Actor, slug: str) -> tuple[Goods, Sequence[Variant]]:
    """Sellers and the market's people also see what is not on show, and buyers what is for them alone: none of that is kept."""
    buyer = current_buyer()
    if actor.memberships:
        return _unkept(session, actor, slug, buyer)
    try:
        now = goods_now(session, slug)
    except ListingNotFound:
        if buyer is None:
            raise
        return _unkept(session, actor, slug, buyer)
    goods = kept_while_same(("goods", slug, now.version), partial(_goods, session, ANONYMOUS, slug))
    return goods, now.variants


def _unkept(session: Session, actor: Actor, slug: str, buyer: Buyer | None) -> tuple[Goods, Sequence[Variant]]:
    goods = _goods(session, actor, slug, buyer)
    return goods, variants_of(session, goods.listing.id)


def _goods(session: Session, actor: Actor, slug: str, buyer: Buyer | None = None) -> Goods:
    listing = listing_shown(session, actor, slug, buyer)
    newest = shelf_page(session, Shelf(organization_id=listing.organization_id, buyer=buyer), size=NEWEST).rows
    others = [card for card in newest if card.id != listing.id][: NEWEST - 1]
    return Goods(listing, *(_part(name, listing, others) for name in ("gallery", "about", "others")))


def _part(name: str, listing: Listing, others: Sequence[Card]) -> Markup:
    made = render_template(f"catalog/_{name}.html", listing=listing, shop=listing.organization, others=others)
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
