"""The same screens for the cart of a deal: its id stands in their addresses, so that two tabs never mix two carts."""

from typing import Any

from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.checkout.carrying import deal_in_address
from app.checkout.views import bp
from app.identity.current import current_account
from app.identity.errors import SignInNeeded
from app.web.pages import this_place


@bp.url_value_preprocessor
def take_from_address(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.deal_id = values.pop("deal_id", None) if values else None


@bp.url_defaults
def keep_in_address(endpoint: str, values: dict[str, Any]) -> None:
    """From a screen of a deal all links lead to screens of the same deal."""
    deal_id = deal_in_address()
    if deal_id is not None and current_app.url_map.is_endpoint_expecting(endpoint, "deal_id"):
        values.setdefault("deal_id", deal_id)


@bp.before_request
def require_its_buyer() -> ResponseReturnValue | None:
    """A guest is led to sign in; that a stranger finds no such deal is seen to by `current_cart`. Raises SignInNeeded."""
    if deal_in_address() is None or current_account() is not None:
        return None
    if request.method != "GET":
        raise SignInNeeded
    return redirect(url_for("identity.sign_in", next=this_place()), 303)
