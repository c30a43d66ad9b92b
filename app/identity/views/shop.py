"""Becoming a seller, and the shop's own page."""

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.identity.actions.create_shop import create_shop
from app.identity.actions.edit_shop import edit_shop
from app.identity.current import acting_shop, current_account, current_actor, require_shop, require_signed_in
from app.identity.forms import ShopForm
from app.identity.queries import shop_run_by, shops_of
from app.identity.views import bp
from app.identity.wallets import written
from app.web.pages import flash, go_on, page


@bp.get("/sell")
def sell() -> ResponseReturnValue:
    """What selling here is, for everybody; the next step for the one who reads it."""
    account = current_account()
    shops = []
    if account is not None:
        with reading() as session:
            shops = shops_of(session, account.actor)
    return page("identity/sell.html", account=account, shops=shops)


@bp.route("/sell/shop", methods=["GET", "POST"])
@require_signed_in
def open_shop() -> ResponseReturnValue:
    form = ShopForm(data={"handling_days": 2, "kind": "sole_trader"})
    form.offer()
    asks_country_only = "change_country" in request.form
    if form.is_submitted() and not asks_country_only and form.validate():
        try:
            shop = in_transaction(lambda session: create_shop(session, current_actor(), form.terms()))
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(
                _(
                    "%(shop)s is set up. Tell us who you are, step by step; then we look at it and it can sell.",
                    shop=shop.name,
                )
            )
            return go_on(f"/desk/approval?shop={shop.id}")
    status = 422 if form.is_submitted() and not asks_country_only else 200
    return page("identity/open_shop.html", status, form=form)


@bp.route("/desk/shop", methods=["GET", "POST"])
@require_shop
def shop() -> ResponseReturnValue:
    """What the shop says about itself, and where it is paid."""
    shop_id = acting_shop()
    with reading() as session:
        mine = shop_run_by(session, current_actor(), shop_id)
    form = ShopForm.of(mine)
    form.country.data = mine.country  # fixed, whatever was sent
    form.offer()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                edit_shop(session, current_actor(), shop_id, form.terms())
        except DomainError as error:
            form.add_problem(error)
        else:
            flash(_("Saved."))
            return go_on(f"/desk/shop?shop={shop_id}")
    wallet = written(mine.wallet_address) if mine.wallet_address else None
    status = 422 if form.is_submitted() else 200
    return page("identity/shop.html", status, form=form, shop=mine, wallet=wallet)
