"""The seller's goods table, with stock and price changed in place."""

from datetime import UTC, datetime
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.catalog.actions.publish_listing import pause_listing, publish_listing
from app.catalog.actions.set_variant import set_price, set_stock, set_tiers
from app.catalog.errors import ListingNotFound, NotReadyToPublish
from app.catalog.forms.variant import VariantForm, variant_form
from app.catalog.queries.desk import goods_counts, goods_table
from app.catalog.views import bp
from app.db.session import reading, transaction
from app.errors import DomainError
from app.identity.current import acting_shop, current_actor, require_shop, require_signed_in
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING, STOCKING
from app.shipping.queries import sends_goods
from app.web.pages import PROBLEM, flash, go_on, page, safe_next
from app.web.problem_words import sentence

STATES = ("active", "private", "draft", "paused", "removed")


@bp.get("/desk/goods")
@require_shop
def goods() -> ResponseReturnValue:
    return _table(acting_shop(STOCKING))


@bp.post("/desk/goods/variants/<uuid:variant_id>")
@require_signed_in
def change_variant(variant_id: UUID) -> ResponseReturnValue:
    """Stock and price of one row. A problem shows in that row, with what was typed."""
    shop_id = acting_shop(STOCKING)
    with reading() as session:
        currency = shop_run_by(session, current_actor(), shop_id, STOCKING).currency
    form = variant_form(currency)()
    if form.validate():
        try:
            with transaction() as session:
                _change(session, variant_id, form, may_price=current_actor().member_of(shop_id, SELLING))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Saved."))
            return go_on(safe_next(f"/desk/goods?shop={shop_id}"))
    return _table(shop_id, edited=variant_id, form=form)


@bp.post("/desk/goods/<uuid:listing_id>/<any(publish, pause):verb>")
@require_signed_in
def change_state(listing_id: UUID, verb: str) -> ResponseReturnValue:
    """`publish` or `pause`."""
    try:
        with transaction() as session:
            if verb == "publish":
                publish_listing(session, current_actor(), listing_id, now=datetime.now(UTC))
            else:
                pause_listing(session, current_actor(), listing_id)
    except NotReadyToPublish as error:
        flash(sentence(error), PROBLEM)
        return go_on(f"/desk/goods/{listing_id}")
    except DomainError as error:
        if error.code == ListingNotFound.code:
            raise
        flash(sentence(error), PROBLEM)
        return go_on(safe_next("/desk/goods"))
    flash(_("On sale.") if verb == "publish" else _("Taken off sale. Orders that run go on."))
    return go_on(safe_next("/desk/goods"))


def _change(session: Session, variant_id: UUID, form: VariantForm, *, may_price: bool) -> None:
    actor = current_actor()
    assert form.stock.data is not None
    assert form.price.data is not None
    variant = set_stock(session, actor, variant_id, stock=form.stock.data, seen=form.seen.data)
    if may_price and form.price.data.minor != variant.price_minor:
        set_price(session, actor, variant_id, price_minor=form.price.data.minor)
    if may_price and form.tiers.data is not None and tuple(sorted(form.tiers.data)) != variant.tiers:
        set_tiers(session, actor, variant_id, tiers=form.tiers.data)


def _table(shop_id: UUID, *, edited: UUID | None = None, form: VariantForm | None = None) -> ResponseReturnValue:
    state = request.args.get("state", "")
    with reading() as session:
        shop = shop_run_by(session, current_actor(), shop_id, STOCKING)
        found = goods_table(
            session, current_actor(), shop_id,
            status=state if state in STATES else "", cursor=request.args.get("cursor"),
        )  # fmt: skip
        counts = goods_counts(session, shop_id)
        may_price = current_actor().member_of(shop_id, SELLING)
        needs_sending = may_price and not sends_goods(session, shop_id)
    return page(
        "catalog/goods.html", 422 if edited else 200, needs_sending=needs_sending, may_price=may_price,
        shop=shop, rows=found.rows, next_cursor=found.next_cursor, counts=counts, state=state, edited=edited, form=form,
    )  # fmt: skip
