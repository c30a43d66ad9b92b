"""The screens before paying, in one line: contact, address, shipping, review. Each keeps what was typed."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.addresses.models import SavedAddress
from app.addresses.queries import addresses_of
from app.addresses.rules import is_place
from app.checkout.actions.keep_draft import keep_draft
from app.checkout.carrying import current_cart, deal_in_address
from app.checkout.forms import AddressForm, ContactForm, PayForm, read_shipping
from app.checkout.models import Cart
from app.checkout.paying import home_country
from app.checkout.proforma import proforma_of_cart
from app.checkout.rules.draft import ADDRESS, CONTACT, SHIPPING, Draft
from app.checkout.rules.meeting import is_meeting_only, lacks_place, meetings
from app.checkout.rules.priced_cart import PricedCart
from app.checkout.views import bp
from app.checkout.views.buying_for import buying_now
from app.checkout.views.pay_later import pay_later_of
from app.checkout.views.pricing import price_for
from app.companies.rules.spending import needs_approval
from app.config.days import market_today
from app.db.session import in_transaction, reading
from app.documents.proforma import proforma_answer
from app.identity.current import current_account
from app.orders.rules.pricing import seen_amounts
from app.web.forms import BaseForm
from app.web.limits import DOCUMENT, limiter
from app.web.pages import go_on, page
from app.web.viewer import update_cart_count
from app.withholding.presets import countries
from app.withholding.queries import withheld_names

PAY_BY_WALLET = "wallet"
SCREENS = (CONTACT, ADDRESS, SHIPPING, "review")


def show_step(name: str, cart: Cart, priced: PricedCart, status: int = 200, **context: Any) -> ResponseReturnValue:
    """A screen with the total always beside it."""
    if deal_in_address() is None:
        update_cart_count(priced.count)
    return page(
        f"checkout/{name}.html",
        status,
        step=name,
        screens=SCREENS,
        cart=priced,
        draft=Draft.read(cart.draft),
        is_deal=deal_in_address() is not None,
        **context,
    )


def ready_cart() -> tuple[Cart, PricedCart] | None:
    """The cart and its prices; None when there is nothing to check out."""
    cart = current_cart()
    priced = price_for(cart) if cart else None
    return (cart, priced) if cart and priced and priced.count else None


@bp.route("/checkout", methods=["GET", "POST"])
@bp.route("/deals/<uuid:deal_id>/checkout", methods=["GET", "POST"])
def contact() -> ResponseReturnValue:
    cart = current_cart()
    if cart is None:
        return to_cart()
    draft = Draft.read(cart.draft)
    company = buying_now(cart)
    form = ContactForm(data={**known_contact(), **draft.contact})
    form.needs_po = company is not None and company.needs_po
    form.region = draft.country or home_country()
    if form.validate_on_submit():
        typed = {"email": form.email.data, "name": form.name.data, "phone": form.phone.data}
        if company is not None and form.po_number.data:
            typed["po_number"] = form.po_number.data
        _keep(cart.id, CONTACT, typed)
        return go_on(url_for("checkout.address"))
    return _unless_empty(CONTACT, cart, 422 if form.is_submitted() else 200, form=form, company=company)


@bp.route("/checkout/address", methods=["GET", "POST"])
@bp.route("/deals/<uuid:deal_id>/checkout/address", methods=["GET", "POST"])
def address() -> ResponseReturnValue:
    cart = current_cart()
    if cart is None:
        return to_cart()
    draft = Draft.read(cart.draft)
    saved = _saved_addresses()
    first = {} if draft.address or not saved else saved[0].address
    form = AddressForm(data={**first, **draft.address})
    form.offer_countries(default=draft.country or home_country())
    is_asked_again = "change_country" in request.form
    if request.method == "POST" and "meet" in request.args and BaseForm().validate():
        return _meet(cart.id, draft.contact.get("name", ""), price_for(cart))
    if form.is_submitted() and not is_asked_again and form.validate():
        _keep(cart.id, ADDRESS, {**form.address(), "name": draft.contact.get("name", "")})
        return go_on(url_for("checkout.shipping"))
    status = 422 if form.is_submitted() and not is_asked_again else 200
    return _unless_empty(ADDRESS, cart, status, form=form, saved=saved)


@bp.route("/checkout/shipping", methods=["GET", "POST"])
@bp.route("/deals/<uuid:deal_id>/checkout/shipping", methods=["GET", "POST"])
def shipping() -> ResponseReturnValue:
    ready = ready_cart()
    if ready is None:
        return to_cart()
    cart, priced = ready
    form = ContactForm(meta={"csrf": True})  # its tokens; the choices are one group of radios per seller
    if form.is_submitted() and not priced.problems:
        _keep(cart.id, SHIPPING, read_shipping(request.form.to_dict(), priced))
        return go_on(url_for("checkout.review"))
    return show_step(SHIPPING, cart, priced, 422 if form.is_submitted() else 200, form=form)


@bp.get("/checkout/review")
@bp.get("/deals/<uuid:deal_id>/checkout/review")
def review() -> ResponseReturnValue:
    """All of it once more, then the one button."""
    ready = ready_cart()
    return show_review(*ready) if ready else to_cart()


@bp.get("/checkout/proforma.pdf")
@bp.get("/deals/<uuid:deal_id>/checkout/proforma.pdf")
@limiter.limit(DOCUMENT)
def proforma() -> ResponseReturnValue:
    """What the review shows, as a pro-forma invoice. Where there is no review yet, on to what is missing."""
    ready = ready_cart()
    if ready is None or ready[1].problems:
        return to_cart()
    cart, priced = ready
    draft = Draft.read(cart.draft)
    if draft.first_gap is not None:
        return go_on(url_for(f"checkout.{draft.first_gap}"))
    company, today = buying_now(cart), market_today()
    with reading() as session:
        told = proforma_of_cart(session, priced, draft, company, today)
    return proforma_answer(told)


def show_review(
    cart: Cart, priced: PricedCart, status: int = 200, *, changed: Mapping[str, int] | None = None
) -> ResponseReturnValue:
    """`changed`: the amounts that stood on the page before, when they are no longer true."""
    draft = Draft.read(cart.draft)
    gap = draft.first_gap or (ADDRESS if lacks_place(draft.address, priced) else None)
    if gap is not None:
        return go_on(url_for(f"checkout.{gap}"))
    if priced.problems:
        return to_cart()
    form = PayForm(formdata=None)
    form.seen.data = json.dumps(seen_amounts(priced.orders()), sort_keys=True, separators=(",", ":"))
    company = buying_now(cart)
    form.buying_for.data = str(company.company_id) if company else ""
    asks = company is not None and needs_approval(company.limit_cents, priced.total_usd.minor)
    return show_step(
        "review",
        cart,
        priced,
        status,
        form=form,
        changed=changed,
        by_wallet=PAY_BY_WALLET in request.args,
        withheld=_withheld(priced),
        company=company,
        asks_approval=asks,
        later=None if asks or company is None else pay_later_of(company.company_id, priced),
        goes_somewhere=is_place(draft.address),
    )


def _withheld(priced: PricedCart) -> Mapping[UUID, Sequence[str]]:
    """By seller the names of the taxes that would be withheld from it; nothing is asked where no country has any."""
    ids = [one.seller.id for one in priced.sellers if one.seller.country in countries()]
    if not ids:
        return {}
    with reading() as session:
        return withheld_names(session, ids, datetime.now(UTC))


def to_cart() -> ResponseReturnValue:
    """Where there is nothing to check out, or something stands in the way."""
    deal_id = deal_in_address()
    if deal_id is not None:
        return go_on(f"/deals/{deal_id}")
    return go_on(url_for("checkout.show_cart"))


def _unless_empty(name: str, cart: Cart, status: int, **context: Any) -> ResponseReturnValue:
    """A screen that reads nothing from the cart's goods, so what is sent to it is kept without pricing them."""
    priced = price_for(cart)
    if not priced.count:
        return to_cart()
    may_meet, must_meet = bool(meetings(priced)), is_meeting_only(priced)
    return show_step(name, cart, priced, status, may_meet=may_meet, must_meet=must_meet, **context)


def _meet(cart_id: UUID, name: str, priced: PricedCart) -> ResponseReturnValue:
    """Nothing is sent, so no address is asked; the places to meet are shown next. Without one, it is asked after all."""
    chosen = meetings(priced)
    if not chosen:
        return go_on(url_for("checkout.address"))
    _keep(cart_id, ADDRESS, {"country": priced.country, "name": name})
    _keep(cart_id, SHIPPING, {str(shop): str(rate) for shop, rate in chosen.items()})
    return go_on(url_for("checkout.shipping"))


def _saved_addresses() -> Sequence[SavedAddress]:
    """Of the account, to be picked; nothing is asked for a guest, nor when the form comes back."""
    account = current_account()
    if account is None or request.method == "POST":
        return ()
    with reading() as session:
        return addresses_of(session, account.id)


def known_contact() -> dict[str, str]:
    account = current_account()
    return {"email": account.email or "", "name": account.name} if account else {}


def _keep(cart_id: UUID, part: str, content: Mapping[str, Any]) -> None:
    in_transaction(partial(_keep_part, cart_id, part, content))


def _keep_part(cart_id: UUID, part: str, content: Mapping[str, Any], session: Session) -> None:
    keep_draft(session, cart_id, part, content)
