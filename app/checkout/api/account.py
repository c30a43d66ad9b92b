"""Buying with an account: its one cart, the same as on its pages."""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import Response, jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.access.current import for_programs, once_as, person_id, require_scope
from app.access.rules import BUY, COMPANIES
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema
from app.checkout.actions.change_cart import open_cart, put_again
from app.checkout.api.shared import changed, placed
from app.checkout.carts import account_cart_body, without_token
from app.checkout.errors import CartNotFound
from app.checkout.models import Cart
from app.checkout.queries.carts import cart_of
from app.checkout.schemas import AccountCartSchema, AccountOrderWishSchema, CartContentSchema, PlacedSchema
from app.db.session import in_transaction, reading
from app.orders.programs import bought_by
from app.orders.queries import order_bought
from app.web.limits import PLACE_ORDER, counted_as, limiter

bp = Blueprint("account_cart", __name__, url_prefix=f"{PREFIX}/account/cart", description="The cart of an account")


@bp.get("")
@for_programs(BUY)
@bp.response(200, AccountCartSchema)
def show_cart() -> ResponseReturnValue:
    """Prices, stock and shipping of this moment, and what stands in the way. 404 while nothing was put into it."""
    with reading() as session:
        return jsonify(_body(session, _cart(session, person_id())))


@bp.patch("")
@for_programs(BUY)
@bp.arguments(CartContentSchema)
@bp.response(200, AccountCartSchema)
def change_cart(content: dict[str, Any]) -> ResponseReturnValue:
    """Other goods, contact, address or shipping; sent twice it changes nothing more. Made if there is none."""
    return jsonify(in_transaction(partial(_changed, person_id(), content)))


@bp.post("/order")
@for_programs(BUY)
@limiter.limit(PLACE_ORDER, key_func=counted_as)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(AccountOrderWishSchema)
@bp.response(201, PlacedSchema)
def order(headers: dict[str, str], wish: dict[str, Any]) -> dict[str, Any]:
    """Order the cart for the account and get the card page; the same key is the same order, also after a 503."""
    user_id = person_id()
    if wish["company_id"] is not None:
        require_scope(COMPANIES)
    with reading() as session:
        cart = _cart(session, user_id)
    return placed(cart, headers["key"], wish, buyer_id=user_id)


@bp.post("/orders/<number>")
@for_programs(BUY)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, AccountCartSchema)
def again(_headers: dict[str, str], number: str) -> Response:
    """Everything of an earlier order into the cart once more, at the prices of today."""
    viewer, user_id = bought_by(), person_id()

    def work(session: Session) -> dict[str, Any]:
        order = order_bought(session, viewer, number)
        cart = open_cart(session, token=None, user_id=user_id)
        wants = {line.variant_id: line.quantity for line in order.lines}
        put_again(session, cart.id, wants, now=datetime.now(UTC))
        session.flush()
        return _body(session, cart)

    return once_as(AccountCartSchema, work)


def _cart(session: Session, user_id: UUID) -> Cart:
    cart = cart_of(session, token=None, user_id=user_id)
    if cart is None:
        raise CartNotFound
    return cart


def _changed(user_id: UUID, content: dict[str, Any], session: Session) -> dict[str, Any]:
    cart = open_cart(session, token=None, user_id=user_id)
    return without_token(changed(session, cart.id, content))


def _body(session: Session, cart: Cart) -> dict[str, Any]:
    return account_cart_body(session, cart)
