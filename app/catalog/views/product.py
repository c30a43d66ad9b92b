"""One listing."""

from flask import request
from flask.typing import ResponseReturnValue

from app.catalog.queries.goods import Choice, choices, listing_shown
from app.catalog.queries.shelf import Shelf, shelf_page
from app.catalog.views import bp
from app.db.session import reading
from app.fx.queries import rate_for
from app.identity.current import current_actor
from app.shipping.queries import all_rates
from app.web.pages import page


@bp.get("/p/<slug>")
def product(slug: str) -> ResponseReturnValue:
    """`?choice=` picks a variant, by its code (SKU); without, the first that can be had."""
    with reading() as session:
        listing = listing_shown(session, current_actor(), slug)
        dated = rate_for(session, listing.currency)
        offered = choices(listing, dated.rate)
        chosen = _chosen(offered, request.args.get("choice", ""))
        methods = all_rates(session, listing.organization_id)
        others = shelf_page(session, Shelf(organization_id=listing.organization_id), size=6).rows
    return page(
        "catalog/product.html",
        listing=listing,
        shop=listing.organization,
        choices=offered,
        chosen=chosen,
        dated=dated,
        methods=methods,
        others=[card for card in others if card.id != listing.id][:5],
        is_mine=current_actor().member_of(listing.organization_id),
    )


def _chosen(offered: list[Choice], sku: str) -> Choice:
    named = [choice for choice in offered if choice.variant.sku == sku]
    free = [choice for choice in offered if not choice.is_sold_out]
    return (named or free or offered)[0]
