"""Which cart this browser carries: named by a cookie of its own, so that no sign-in or -out loses it."""

import re
from datetime import timedelta
from functools import partial
from uuid import UUID

from flask import Response, current_app, g, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.checkout.actions.change_cart import merge_carts, open_cart
from app.checkout.models import Cart
from app.checkout.queries.carts import cart_of, cart_of_deal, count_lines
from app.db.session import in_transaction, reading
from app.identity.current import current_account
from app.quotes.errors import DealNotFound

COOKIE = "cart"
KEPT = timedelta(days=30)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")


def deal_in_address() -> UUID | None:
    """The deal whose checkout this page belongs to; None in everybody's own checkout."""
    found: UUID | None = g.get("deal_id")
    return found


def current_cart() -> Cart | None:
    """The cart with its draft. On the first look after signing in, what the guest had joins the account's.

    On the screens of a deal it is the one made for the deal. Raises DealNotFound there for who is not its buyer.
    """
    deal_id = deal_in_address()
    if deal_id is not None:
        return _cart_of_deal(deal_id)
    token, user_id = _token(), _user_id()
    if user_id is not None and token:
        g.cart_joined = True
        return in_transaction(partial(_joined, token, user_id))
    with reading() as session:
        return cart_of(session, token=token, user_id=user_id)


def cart_to_change(session: Session) -> Cart:
    """The cart, made now if there is none; name it to the browser with `keep_cart`."""
    return open_cart(session, token=_token(), user_id=_user_id())


def keep_cart(answer: ResponseReturnValue, cart: Cart) -> Response:
    """Let the browser remember the cart for another month."""
    response = make_response(answer)
    response.set_cookie(
        COOKIE,
        cart.token,
        max_age=KEPT,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return response


def _cart_of_deal(deal_id: UUID) -> Cart:
    with reading() as session:
        cart = cart_of_deal(session, deal_id, _user_id())
    if cart is None:
        raise DealNotFound
    return cart


def cart_count() -> int:
    """How many different goods the header shows: as read with the account, unless this request may have changed it."""
    account, token = current_account(), _token()
    is_as_read = account is not None and request.method == "GET" and "cart_joined" not in g
    if account is not None and is_as_read and (account.in_cart is not None or token is None):
        return account.in_cart or 0
    if token is None and account is None:
        return 0
    with reading() as session:
        return count_lines(session, token=token, user_id=account.id if account else None)


def _token() -> str | None:
    """What stands in the cookie, if it can be one of ours: the page that refuses other text shows the cart as well."""
    token = request.cookies.get(COOKIE, "")
    return token if _TOKEN.fullmatch(token) else None


def _user_id() -> UUID | None:
    account = current_account()
    return account.id if account else None


def _joined(token: str, user_id: UUID, session: Session) -> Cart | None:
    return merge_carts(session, token=token, user_id=user_id)
