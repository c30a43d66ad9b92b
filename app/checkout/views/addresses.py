"""The addresses of an account: kept, changed, deleted, and picked at checkout."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.addresses.actions.keep_address import change_address, delete_address, keep_address, make_default
from app.addresses.errors import AddressNotFound
from app.addresses.queries import address_of, addresses_of
from app.checkout.actions.keep_draft import keep_draft
from app.checkout.carrying import current_cart
from app.checkout.forms import SavedAddressForm
from app.checkout.paying import home_country
from app.checkout.rules.draft import ADDRESS, Draft
from app.checkout.views import bp
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import current_account, require_signed_in
from app.orders.queries import address_ordered_to, addresses_ordered_to
from app.web.forms import BaseForm
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence


@bp.get("/account/addresses")
@require_signed_in
def addresses() -> ResponseReturnValue:
    """The book, and places of earlier orders that are not in it yet."""
    with reading() as session:
        saved = addresses_of(session, _me())
        offered = addresses_ordered_to(session, _me(), known={one.key for one in saved})
    return page("checkout/addresses.html", saved=saved, offered=offered)


@bp.route("/account/addresses/new", methods=["GET", "POST"])
@require_signed_in
def new_address() -> ResponseReturnValue:
    account = current_account()
    form = SavedAddressForm(data={"name": account.name if account else ""})
    return _asked(form, lambda session, address: keep_address(session, _me(), address, now=datetime.now(UTC)))


@bp.route("/account/addresses/<uuid:address_id>", methods=["GET", "POST"])
@require_signed_in
def edit_address(address_id: UUID) -> ResponseReturnValue:
    with reading() as session:
        saved = address_of(session, _me(), address_id)
    form = SavedAddressForm(data=dict(saved.address))
    return _asked(form, lambda session, address: change_address(session, _me(), address_id, address))


def _asked(form: SavedAddressForm, keep: object) -> ResponseReturnValue:
    form.offer_countries(default=home_country())
    is_asked_again = "change_country" in request.form
    if form.is_submitted() and not is_asked_again and form.validate():
        try:
            in_transaction(partial(_kept, keep, form.address()))
        except AddressNotFound:
            raise
        except DomainError as refusal:
            form.form_errors.append(sentence(refusal))
        else:
            flash(_("Kept. You can pick it at checkout."))
            return go_on(url_for("checkout.addresses"))
    return page("checkout/edit_address.html", 422 if form.is_submitted() and not is_asked_again else 200, form=form)


def _kept(keep: object, address: Mapping[str, str], session: Session) -> None:
    assert callable(keep)
    keep(session, address)


@bp.post("/account/addresses/<uuid:address_id>/default")
@require_signed_in
def default_address(address_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    user_id = _me()
    in_transaction(lambda session: make_default(session, user_id, address_id))
    return go_on(url_for("checkout.addresses"))


@bp.post("/account/addresses/<uuid:address_id>/delete")
@require_signed_in
def remove_address(address_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    user_id = _me()
    in_transaction(lambda session: delete_address(session, user_id, address_id))
    flash(_("Deleted. Orders that went there keep the address they were sent to."))
    return go_on(url_for("checkout.addresses"))


@bp.post("/account/addresses/from-order/<uuid:order_group_id>")
@require_signed_in
def keep_ordered(order_group_id: UUID) -> ResponseReturnValue:
    """The address of an own order, as it was typed there. A stranger's order is no order."""
    BaseForm().validate()
    user_id = _me()
    try:
        in_transaction(partial(_from_order, user_id, order_group_id))
    except AddressNotFound:
        raise
    except DomainError as refusal:
        flash(sentence(refusal), PROBLEM)
    return go_on(url_for("checkout.addresses"))


@bp.post("/checkout/address/saved/<uuid:address_id>")
@require_signed_in
def pick_address(address_id: UUID) -> ResponseReturnValue:
    """Send it there and go on: one press for who has been here before."""
    BaseForm().validate()
    with reading() as session:
        saved = address_of(session, _me(), address_id).address
    cart = current_cart()
    if cart is None:
        return go_on(url_for("checkout.show_cart"))
    wanted = {"name": Draft.read(cart.draft).contact.get("name", ""), **saved}
    in_transaction(lambda session: keep_draft(session, cart.id, ADDRESS, wanted))
    return go_on(url_for("checkout.shipping"))


def _from_order(user_id: UUID, order_group_id: UUID, session: Session) -> None:
    address = address_ordered_to(session, user_id, order_group_id)
    if address is None:
        raise AddressNotFound
    keep_address(session, user_id, address, now=datetime.now(UTC))


def _me() -> UUID:
    account = current_account()
    assert account is not None  # `require_signed_in`
    return account.id
