"""The cart: by seller, what each ships when and for how much."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session

from app.catalog.errors import VariantNotFound
from app.checkout.actions.change_cart import TakenOut, add_to_cart, put_again, put_back, set_quantity, take_out
from app.checkout.actions.use_voucher import enter_voucher, take_voucher_out
from app.checkout.carrying import cart_to_change, current_cart, keep_cart
from app.checkout.errors import CartIsFull, NotInCart
from app.checkout.forms import read_quantity
from app.checkout.models import Cart
from app.checkout.paying import home_country
from app.checkout.rules.discounts import CartVoucher
from app.checkout.rules.draft import Draft
from app.checkout.rules.priced_cart import PricedCart
from app.checkout.views import bp
from app.checkout.views.buying_for import buying_now
from app.checkout.views.pricing import price_for
from app.companies.queries import companies_of
from app.db.session import in_transaction, reading
from app.errors import DomainError, Invalid
from app.identity.current import current_account, current_actor
from app.identity.models import Organization
from app.identity.rules.roles import BUYING_ROLES
from app.orders.queries import order_bought
from app.orders.viewing import viewing
from app.vouchers.errors import BadVoucherCode, VoucherRefused
from app.web.form_tokens import form_token
from app.web.forms import BaseForm
from app.web.limits import PLACE_ORDER, limiter
from app.web.pages import flash, go_on, page, safe_next
from app.web.problem_words import sentence
from app.web.viewer import update_cart_count

LONGEST_TYPED = 60


@bp.get("/cart")
def show_cart() -> ResponseReturnValue:
    """Prices, stock and shipping as they are now. `?undo=` offers to put back what was just taken out."""
    return _cart_page(undo=_undo_offer(request.args.get("undo", "")))


@bp.post("/cart/add")
def add() -> ResponseReturnValue:
    """From a product page: `variant_id`, `quantity`. A refusal is said on the cart, with what can be had."""
    variant_id = variant_sent()
    try:
        quantity = read_quantity(request.form.get("quantity", "1"))
        cart = in_transaction(partial(add_as_sent, variant_id, quantity))
    except Invalid as refusal:
        return _cart_page(problem=refusal, at=variant_id, status=refusal.status)
    cart_path = url_for("checkout.show_cart")
    to = safe_next(cart_path)
    if to != cart_path:
        flash(Markup('{} <a href="{}">{}</a>').format(_("It is in your cart."), cart_path, _("To the cart")))
    return keep_cart(go_on(to), cart)


@bp.post("/cart/quantity")
def change_quantity() -> ResponseReturnValue:
    variant_id = variant_sent()
    typed = request.form.get("quantity", "")
    try:
        in_transaction(partial(_set, variant_id, read_quantity(typed)))
    except (Invalid, NotInCart) as refusal:
        return _cart_page(problem=refusal, at=variant_id, typed=typed, status=refusal.status)
    return go_on(url_for("checkout.show_cart"))


@bp.post("/cart/remove")
def remove() -> ResponseReturnValue:
    variant_id = variant_sent()
    try:
        taken = in_transaction(partial(_take_out, variant_id))
    except NotInCart:
        return go_on(url_for("checkout.show_cart"))
    return go_on(url_for("checkout.show_cart", undo=f"{taken.variant_id}:{taken.quantity}"))


@bp.post("/cart/undo")
def undo() -> ResponseReturnValue:
    offer = _undo_offer(request.form.get("undo", ""))
    if offer is not None:
        in_transaction(partial(_put_back, *offer))
    return go_on(url_for("checkout.show_cart"))


@bp.post("/cart/again/<number>")
def again(number: str) -> ResponseReturnValue:
    """Buy an order once more, at the prices of today. Sent twice, it adds nothing more."""
    BaseForm().validate()
    try:
        cart = in_transaction(partial(_put_again, number))
    except CartIsFull as refusal:
        return _cart_page(problem=refusal, status=refusal.status)
    flash(_("Everything of order %(number)s is in your cart, at the prices of today.", number=number))
    return keep_cart(go_on(url_for("checkout.show_cart")), cart)


@bp.post("/cart/voucher")
@limiter.limit(PLACE_ORDER)
def use_voucher() -> ResponseReturnValue:
    """By its code. A refusal is said beside the field; what was in the cart stays."""
    typed, cart = request.form.get("code", "")[:LONGEST_TYPED], current_cart()
    if cart is None:
        return go_on(url_for("checkout.show_cart"))
    try:
        used = in_transaction(partial(_enter, cart, typed))
    except (VoucherRefused, BadVoucherCode) as refusal:
        return _cart_page(voucher_problem=refusal, voucher_typed=typed, status=refusal.status)
    flash(_("Voucher %(code)s is used: the total below is lower.", code=used[0].code))
    return go_on(url_for("checkout.show_cart"))


@bp.post("/cart/voucher/remove")
def take_out_voucher() -> ResponseReturnValue:
    cart, voucher_id = current_cart(), _id(request.form.get("voucher_id", ""))
    if cart is not None and voucher_id is not None:
        in_transaction(partial(_take_voucher_out, cart.id, voucher_id))
    return go_on(url_for("checkout.show_cart"))


def _cart_page(
    *,
    undo: tuple[UUID, int] | None = None,
    problem: DomainError | None = None,
    at: UUID | None = None,
    typed: str | None = None,
    voucher_problem: DomainError | None = None,
    voucher_typed: str | None = None,
    status: int = 200,
) -> Response | ResponseReturnValue:
    cart = current_cart()
    priced = price_for(cart) if cart else PricedCart((), "")
    update_cart_count(priced.count)
    in_cart = {item.line.variant_id for seller in priced.sellers for item in seller.items}
    company, companies = buying_now(), _companies()
    answer = page(
        "checkout/cart.html",
        status,
        company=company,
        companies=companies,
        cart=priced,
        undo=f"{undo[0]}:{undo[1]}" if undo and undo[0] not in in_cart else None,
        problem=sentence(problem) if problem else None,
        problem_at=at if at in in_cart else None,
        typed=typed,
        voucher_problem=sentence(voucher_problem) if voucher_problem else None,
        voucher_typed=voucher_typed,
    )
    return keep_cart(answer, cart) if cart else answer


def _companies() -> Sequence[Organization]:
    """Between which one can choose; nothing is asked for who belongs to none."""
    actor = current_actor()
    if not actor.organizations(BUYING_ROLES):
        return ()
    with reading() as session:
        return companies_of(session, actor)


def variant_sent() -> UUID:
    try:
        return UUID(request.form.get("variant_id", ""))
    except ValueError:
        raise VariantNotFound from None


def _enter(cart: Cart, typed: str, session: Session) -> list[CartVoucher]:
    draft, account = Draft.read(cart.draft), current_account()
    return enter_voucher(
        session,
        cart.id,
        typed,
        country=draft.country or home_country(),
        chosen=draft.shipping,
        user_id=account.id if account else None,
        email=draft.contact.get("email"),
        now=datetime.now(UTC),
    )


def _take_voucher_out(cart_id: UUID, voucher_id: UUID, session: Session) -> None:
    take_voucher_out(session, cart_id, voucher_id)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _put_again(number: str, session: Session) -> Cart:
    order = order_bought(session, viewing(), number)
    cart = cart_to_change(session)
    put_again(session, cart.id, {line.variant_id: line.quantity for line in order.lines}, now=datetime.now(UTC))
    return cart


def _undo_offer(text: str) -> tuple[UUID, int] | None:
    """`<variant>:<quantity>`; None for anything else somebody put into the address."""
    variant, _, quantity = text.partition(":")
    try:
        return UUID(variant), read_quantity(quantity)
    except (ValueError, Invalid):
        return None


def add_as_sent(variant_id: UUID, quantity: int, session: Session) -> Cart:
    cart = cart_to_change(session)
    token = form_token(request.form)
    add_to_cart(session, cart.id, variant_id, quantity, now=datetime.now(UTC), form_token=token)
    return cart


def _set(variant_id: UUID, quantity: int, session: Session) -> None:
    set_quantity(session, cart_to_change(session).id, variant_id, quantity, now=datetime.now(UTC))


def _take_out(variant_id: UUID, session: Session) -> TakenOut:
    return take_out(session, cart_to_change(session).id, variant_id)


def _put_back(variant_id: UUID, quantity: int, session: Session) -> None:
    put_back(session, cart_to_change(session).id, variant_id, quantity, now=datetime.now(UTC))
