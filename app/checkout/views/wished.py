"""From the wish list into the cart."""

from functools import partial

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.checkout.carrying import keep_cart
from app.checkout.forms import read_quantity
from app.checkout.models import Cart
from app.checkout.views import bp
from app.checkout.views.cart import add_as_sent, variant_sent
from app.db.session import in_transaction
from app.errors import Invalid
from app.identity.current import current_account, require_signed_in
from app.web.pages import PROBLEM, flash, go_on
from app.web.problem_words import sentence
from app.wishes.actions.keep_wish import drop_wish


@bp.post("/cart/wished/<slug>")
@require_signed_in
def add_wished(slug: str) -> ResponseReturnValue:
    """`variant_id`, `quantity`: into the cart and off the list, both or neither."""
    try:
        cart = in_transaction(partial(_moved, slug))
    except Invalid as refusal:
        flash(sentence(refusal), PROBLEM)
        return go_on(url_for("wishes.index"))
    flash(_("It is in your cart now, and off your wish list."))
    return keep_cart(go_on(url_for("checkout.show_cart")), cart)


def _moved(slug: str, session: Session) -> Cart:
    account = current_account()
    assert account is not None  # `require_signed_in`
    cart = add_as_sent(variant_sent(), read_quantity(request.form.get("quantity", "1")), session)
    drop_wish(session, account.id, slug)
    return cart
