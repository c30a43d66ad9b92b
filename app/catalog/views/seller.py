"""A shop as buyers see it."""

from flask import request
from flask.typing import ResponseReturnValue

from app.catalog.forms.shelf import ShelfForm
from app.catalog.queries.counts import shelf_counts
from app.catalog.queries.shelf import goods_before_approval, shelf_page
from app.catalog.views import bp
from app.catalog.views.buyer import buyer_of_private
from app.db.session import reading
from app.identity.current import current_actor
from app.identity.queries import shop_shown
from app.identity.rules.shops import SHOWN
from app.shipping.queries import all_rates
from app.web.pages import page


@bp.get("/s/<slug>")
def seller(slug: str) -> ResponseReturnValue:
    """Who they are, how they send, and everything they sell."""
    form, buyer = ShelfForm.asked(), buyer_of_private()
    with reading() as session:
        shop = shop_shown(session, current_actor(), slug)
        shelf, cursor = form.shelf(organization_id=shop.id, buyer=buyer), request.args.get("cursor")
        if shop.status in SHOWN:
            found = shelf_page(session, shelf, cursor=cursor)
        else:
            found = goods_before_approval(session, shop.id, cursor=cursor)
        counts = shelf_counts(session, shelf)
        methods = all_rates(session, shop.id)
    return page(
        "catalog/seller.html", shop=shop, form=form, shelf=shelf, counts=counts, methods=methods,
        cards=found.rows, next_cursor=found.next_cursor,
    )  # fmt: skip
