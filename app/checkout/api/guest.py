"""Buying without an account: the cart is of who has its token."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.api.document import PREFIX
from app.checkout.actions.change_cart import new_cart
from app.checkout.actions.fill_cart import fill_cart
from app.checkout.api.shared import changed, placed, use_vouchers, wants
from app.checkout.carts import cart_body
from app.checkout.errors import CartNotFound
from app.checkout.models import Cart
from app.checkout.paying import home_country
from app.checkout.queries.carts import cart_of
from app.checkout.schemas import (
    CartContentSchema,
    CartSchema,
    CartTokenSchema,
    NewCartSchema,
    OnceSchema,
    OrderWishSchema,
    PlacedSchema,
    draft_of,
)
from app.db.session import in_transaction, reading
from app.web.limits import API, PLACE_ORDER, limiter

bp = Blueprint("carts", __name__, url_prefix=PREFIX, description="Buying: a cart, its prices, the order")


@bp.post("/carts")
@limiter.limit(API)
@bp.arguments(NewCartSchema)
@bp.response(201, CartSchema)
def open_cart(content: dict[str, Any]) -> ResponseReturnValue:
    """A new cart with what is sent. Sent twice it makes two carts; nothing is ordered or held by one."""
    draft = draft_of(content, country=content.get("address", {}).get("country", home_country()))
    return jsonify(in_transaction(partial(_opened, content, draft))), 201


@bp.get("/cart")
@bp.arguments(CartTokenSchema, location="headers")
@bp.response(200, CartSchema)
def show_cart(headers: dict[str, str]) -> ResponseReturnValue:
    """Prices, stock and shipping of this moment, and what stands in the way."""
    with reading() as session:
        return jsonify(cart_body(session, _cart(session, headers["token"])))


@bp.patch("/cart")
@limiter.limit(API)
@bp.arguments(CartTokenSchema, location="headers")
@bp.arguments(CartContentSchema)
@bp.response(200, CartSchema)
def change_cart(headers: dict[str, str], content: dict[str, Any]) -> ResponseReturnValue:
    """Other goods, contact, address or shipping; sent twice it changes nothing more."""
    return jsonify(in_transaction(partial(_changed, headers["token"], content)))


@bp.post("/cart/order")
@limiter.limit(PLACE_ORDER)
@bp.arguments(OnceSchema, location="headers")
@bp.arguments(OrderWishSchema)
@bp.response(201, PlacedSchema)
def order(headers: dict[str, str], wish: dict[str, Any]) -> dict[str, Any]:
    """Order the cart and get the card page. The goods are kept until `hold_until`; the same key is the same order.

    The order is written down before the card service is asked: when that is away (503), the same request sent again
    gets the page.
    """
    with reading() as session:
        cart = _cart(session, headers["token"])
    return placed(cart, headers["key"], wish)


def _opened(content: Mapping[str, Any], draft: Mapping[str, Any], session: Session) -> dict[str, Any]:
    cart = new_cart(session, draft=draft)
    fill_cart(session, cart.id, wants(content), datetime.now(UTC))
    use_vouchers(session, cart, content)
    return cart_body(session, cart)


def _changed(token: str, content: Mapping[str, Any], session: Session) -> dict[str, Any]:
    return changed(session, _cart(session, token).id, content)


def _cart(session: Session, token: str) -> Cart:
    """A guest's cart; one that an account has taken over is opened by its account alone. Raises CartNotFound."""
    cart = cart_of(session, token=token, user_id=None)
    if cart is None:
        raise CartNotFound
    return cart
