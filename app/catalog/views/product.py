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
from app.catalog.queries.goods import Choice, choices, listing_shown, variants_of, variants_on_show
from app.catalog.queries.shelf import Shelf, shelf_page
from app.catalog.views import bp
from app.db.session import reading
from app.fx.queries import rate_for
from app.identity.actor import ANONYMOUS, Actor
from app.identity.current import current_actor
from app.shipping.queries import all_rates
from app.web.kept import kept_list
from app.web.pages import page

OTHERS = 5


@dataclass(frozen=True)
class Goods:
    """What of a page may be a moment old: words, pictures, seller, and what else the seller has."""

    listing: Listing
    others: Markup


@bp.get("/p/<slug>")
def product(slug: str) -> ResponseReturnValue:
    """`?choice=` picks a variant, by its code (SKU); without, the first that can be had.

    Price, stock, rate and shipping are of this moment, whoever asks.
    """
    actor = current_actor()
    with reading() as session:
        goods, variants = _found(session, actor, slug)
        listing = goods.listing
        dated = rate_for(session, listing.currency)
        offered = choices(listing, variants, dated.rate)
        methods = all_rates(session, listing.organization_id)
    return page(
        "catalog/product.html",
        listing=listing,
        shop=listing.organization,
        choices=offered,
        chosen=_chosen(offered, request.args.get("choice", "")),
        dated=dated,
        methods=methods,
        others=goods.others,
        is_mine=actor.member_of(listing.organization_id),
    )


def _found(session: Session, actor: Actor, slug: str) -> tuple[Goods, Sequence[Variant]]:
    """Sellers and the market's people see what is not on show, and what they have just changed."""
    if actor.memberships:
        goods = _goods(session, actor, slug)
        return goods, variants_of(session, goods.listing.id)
    goods = kept_list(("goods", slug), partial(_goods, session, ANONYMOUS, slug))
    variants = variants_on_show(session, goods.listing.id)
    if not variants:
        raise ListingNotFound
    return goods, variants


def _goods(session: Session, actor: Actor, slug: str) -> Goods:
    listing = listing_shown(session, actor, slug)
    cards = shelf_page(session, Shelf(organization_id=listing.organization_id), size=OTHERS + 1).rows
    others = [card for card in cards if card.id != listing.id][:OTHERS]
    content = render_template("catalog/_more.html", cards=others, shop=listing.organization) if others else ""
    return Goods(listing, Markup(content))  # noqa: S704 - a template of ours


def _chosen(offered: list[Choice], sku: str) -> Choice:
    named = [choice for choice in offered if choice.variant.sku == sku]
    free = [choice for choice in offered if not choice.is_sold_out]
    return (named or free or offered)[0]
