"""One listing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.catalog.models import Listing, Variant
from app.catalog.queries.goods import Choice, choices, goods_now, listing_shown, variants_of
from app.catalog.queries.shelf import Card, Shelf, shelf_page
from app.catalog.views import bp
from app.db.session import reading
from app.fx.queries import rate_for
from app.identity.actor import ANONYMOUS, Actor
from app.identity.current import current_actor
from app.shipping.queries import all_rates
from app.web.kept import kept_list, kept_while_same
from app.web.pages import page

OTHERS = 5


@dataclass(frozen=True)
class Goods:
    """The part of a page that only a change of listing, seller or category changes, in the reader's language."""

    listing: Listing
    gallery: Markup
    about: Markup


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
        cards = kept_list(("more", listing.organization_id), partial(_newest, session, listing.organization_id))
    return page(
        "catalog/product.html",
        goods=goods,
        listing=listing,
        shop=listing.organization,
        choices=offered,
        chosen=_chosen(offered, request.args.get("choice", "")),
        dated=dated,
        methods=methods,
        others=[card for card in cards if card.id != listing.id][:OTHERS],
        is_mine=actor.member_of(listing.organization_id),
    )


def _found(session: Session, actor: Actor, slug: str) -> tuple[Goods, Sequence[Variant]]:
    """Sellers and the market's people also see what is not on show."""
    if actor.memberships:
        goods = _goods(session, actor, slug)
        return goods, variants_of(session, goods.listing.id)
    now = goods_now(session, slug)
    goods = kept_while_same(("goods", slug, now.version), partial(_goods, session, ANONYMOUS, slug))
    return goods, now.variants


def _goods(session: Session, actor: Actor, slug: str) -> Goods:
    listing = listing_shown(session, actor, slug)
    gallery, about = (
        Markup(render_template(f"catalog/_{part}.html", listing=listing, shop=listing.organization))  # noqa: S704 - ours
        for part in ("gallery", "about")
    )
    return Goods(listing, gallery, about)


def _newest(session: Session, organization_id: UUID) -> Sequence[Card]:
    return shelf_page(session, Shelf(organization_id=organization_id), size=OTHERS + 1).rows


def _chosen(offered: list[Choice], sku: str) -> Choice:
    named = [choice for choice in offered if choice.variant.sku == sku]
    free = [choice for choice in offered if not choice.is_sold_out]
    return (named or free or offered)[0]
