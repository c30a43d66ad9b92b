"""Which orders this browser may open: the account's, and those whose link was opened here.

The link's token is the key; it is remembered in a cookie of its own, so that the address bar does not keep showing it.
"""

from datetime import timedelta
from uuid import UUID

from flask import Response, current_app, make_response, redirect, request, url_for
from sqlalchemy import Select

from app.identity.current import current_actor
from app.identity.rules.roles import APPROVER, BUYING_ROLES
from app.orders.models import OrderGroup
from app.orders.queries import Viewer, orders_opened_by

COOKIE = "orders"
KEPT = timedelta(days=120)
MOST = 20


def viewing() -> Viewer:
    """Who looks at an order page."""
    actor = current_actor()
    companies, approves = actor.organizations(BUYING_ROLES), actor.organizations({APPROVER})
    return Viewer(actor.user_id, _tokens(), companies, approves)


def opened_orders() -> Select[*tuple[UUID]] | None:
    """The ids of the orders whose link this browser has opened; None when there are none."""
    tokens = _tokens()
    return orders_opened_by(tokens) if tokens else None


def open_group(group: OrderGroup, *, to: str | None = None) -> Response:
    """Lead to the group's page, or to `to`, and remember its key in this browser."""
    response = make_response(redirect(to or url_for("orders.show_group", order_group_id=group.id), 303))
    tokens = [group.access_token, *(token for token in _tokens() if token != group.access_token)]
    response.set_cookie(
        COOKIE,
        ".".join(tokens[:MOST]),
        max_age=KEPT,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return response


def _tokens() -> tuple[str, ...]:
    kept = request.cookies.get(COOKIE, "")
    return tuple(token for token in kept.split(".")[:MOST] if token)
