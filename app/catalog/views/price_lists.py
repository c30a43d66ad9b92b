"""Price lists of a shop, and who sees a listing."""

from functools import partial
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.catalog.actions.set_audience import set_audience
from app.catalog.actions.write_price_list import edit_price_list, make_price_list, set_list_price
from app.catalog.forms.price_list import GroupsForm, ListPriceForm, PriceListForm, list_price_form
from app.catalog.queries.desk import listing_to_edit
from app.catalog.queries.price_lists import groups_of_list, list_goods, price_list_run_by, price_lists
from app.catalog.queries.private import audience_of
from app.catalog.views import bp
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import acting_shop, current_actor, require_shop, require_signed_in
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING
from app.pricing.models import PriceList
from app.pricing.queries import groups_with_counts
from app.web.fields import number_sent
from app.web.pages import flash, go_on, page, safe_next


@bp.route("/desk/customers/lists", methods=["GET", "POST"])
@require_shop
def lists() -> ResponseReturnValue:
    """All of the shop, and a form for a new one."""
    shop_id, actor = acting_shop(SELLING), current_actor()
    with reading() as session:
        shop = shop_run_by(session, actor, shop_id, SELLING)
        groups = groups_with_counts(session, actor, shop_id)
        rows = price_lists(session, actor, shop_id)
    form = PriceListForm(data={"is_active": True, "off": 0})
    form.offer(groups)
    if form.validate_on_submit():
        try:
            made = in_transaction(lambda session: make_price_list(session, actor, shop_id, form.terms()))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Saved. Give single goods a price of their own here, if you like."))
            return go_on(f"/desk/customers/lists/{made}/goods")
    status = 422 if form.is_submitted() else 200
    return page("catalog/price_lists.html", status, form=form, shop=shop, rows=rows)


@bp.route("/desk/customers/lists/<uuid:list_id>", methods=["GET", "POST"])
@require_signed_in
def price_list(list_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as session:
        found = price_list_run_by(session, actor, list_id)
        shop = shop_run_by(session, actor, found.organization_id, SELLING)
        groups = groups_with_counts(session, actor, shop.id)
        chosen = [str(group_id) for group_id in groups_of_list(session, list_id)]
    form = PriceListForm(data={**_said_by(found), "groups": chosen})
    form.offer(groups)
    if form.validate_on_submit():
        version = number_sent(form.version.data)
        try:
            in_transaction(lambda session: edit_price_list(session, actor, list_id, form.terms(), version=version))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Saved. Carts follow at once."))
            return go_on(f"/desk/customers/lists?shop={shop.id}")
    return page("catalog/price_list.html", 422 if form.is_submitted() else 200, form=form, shop=shop, price_list=found)


@bp.get("/desk/customers/lists/<uuid:list_id>/goods")
@require_signed_in
def list_prices(list_id: UUID) -> ResponseReturnValue:
    """The goods of the shop, each with its price in this list."""
    return _goods_page(list_id)


@bp.post("/desk/customers/lists/<uuid:list_id>/goods/<uuid:variant_id>")
@require_signed_in
def price_one(list_id: UUID, variant_id: UUID) -> ResponseReturnValue:
    """One row. A problem shows in that row, with what was typed."""
    with reading() as session:
        found = price_list_run_by(session, current_actor(), list_id)
        currency = shop_run_by(session, current_actor(), found.organization_id, SELLING).currency
    form = list_price_form(currency)()
    if form.validate():
        try:
            in_transaction(partial(_price, list_id, variant_id, form))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Saved."))
            return go_on(safe_next(f"/desk/customers/lists/{list_id}/goods"))
    return _goods_page(list_id, edited=variant_id, form=form)


@bp.route("/desk/goods/<uuid:listing_id>/audience", methods=["GET", "POST"])
@require_signed_in
def audience(listing_id: UUID) -> ResponseReturnValue:
    """Everybody, or chosen groups."""
    actor = current_actor()
    with reading() as session:
        listing = listing_to_edit(session, actor, listing_id)
        groups = groups_with_counts(session, actor, listing.organization_id)
        chosen = [str(group_id) for group_id in audience_of(session, listing_id)]
    form = GroupsForm(data={"groups": chosen})
    form.offer(groups)
    if form.validate_on_submit():
        in_transaction(lambda session: set_audience(session, actor, listing_id, form.group_ids()))
        flash(
            _("Saved. Only these groups see the goods.") if form.group_ids() else _("Saved. Everybody sees the goods.")
        )
        return go_on(f"/desk/goods/{listing_id}")
    return page("catalog/audience.html", 422 if form.is_submitted() else 200, form=form, listing=listing)


def _price(list_id: UUID, variant_id: UUID, form: ListPriceForm, session: Session) -> None:
    price = form.price.data.minor if form.price.data is not None else None
    set_list_price(session, current_actor(), list_id, variant_id, price_minor=price, tiers=form.tiers.data or ())


def _goods_page(list_id: UUID, *, edited: UUID | None = None, form: ListPriceForm | None = None) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as session:
        found = price_list_run_by(session, actor, list_id)
        shop = shop_run_by(session, actor, found.organization_id, SELLING)
        goods = list_goods(session, actor, found, cursor=request.args.get("cursor"))
    return page(
        "catalog/list_prices.html", 422 if edited else 200, price_list=found, shop=shop, rows=goods.page.rows,
        prices=goods.prices, next_cursor=goods.page.next_cursor, edited=edited, form=form,
    )  # fmt: skip


def _said_by(found: PriceList) -> dict[str, object]:
    return {
        "name": found.name,
        "off": found.off_bps,
        "is_fixed": found.is_fixed,
        "is_active": found.is_active,
        "version": str(found.version),
    }
