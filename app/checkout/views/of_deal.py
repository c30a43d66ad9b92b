"""The same screens for the cart of a deal: its id stands in their addresses, so that two tabs never mix two carts."""

from typing import Any
from uuid import UUID

from flask import current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.checkout.carrying import deal_in_address
from app.checkout.queries.approvals import request_on_deal
from app.checkout.views import bp
from app.db.session import reading
from app.identity.actor import Actor
from app.identity.current import current_account
from app.identity.errors import SignInNeeded
from app.identity.rules.roles import BUYING_ROLES
from app.web.pages import go_on, this_place


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
    """A guest is led to sign in; that a stranger finds no such deal is seen to by `current_cart`. Raises SignInNeeded.

    What was put before an approver is not changed behind the approver's back: its screens lead to the request.
    """
    deal_id, account = deal_in_address(), current_account()
    if deal_id is None:
        return None
    if account is not None:
        return _to_request(deal_id, account.actor) if account.actor.organizations(BUYING_ROLES) else None
    if request.method != "GET":
        raise SignInNeeded
    return redirect(url_for("identity.sign_in", next=this_place()), 303)


def _to_request(deal_id: UUID, actor: Actor) -> ResponseReturnValue | None:
    """Nothing while no request of this person's runs; the form that made it leads there as well."""
    with reading() as session:
        found = request_on_deal(session, actor, deal_id)
    return go_on(url_for("checkout.approval", request_id=found)) if found else None
