"""Each side rates the other after the trade."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import current_actor, require_signed_in
from app.orders.models import Order
from app.orders.queries import order_bought, order_sold
from app.orders.viewing import viewing
from app.ratings.actions.rate_order import rate_as_buyer, rate_as_seller
from app.ratings.forms import RatingForm
from app.ratings.rules import Side
from app.ratings.views import bp
from app.ratings.views.shared import rating_page
from app.web.pages import flash, go_on


@bp.route("/orders/<number>/rating", methods=["GET", "POST"])
def rate_shop(number: str) -> ResponseReturnValue:
    return _give(
        number,
        Side.BUYER,
        _bought,
        _("Thank you. It is shown when the shop has rated too, or the time to rate is over."),
    )


@bp.route("/desk/orders/<number>/rating", methods=["GET", "POST"])
@require_signed_in
def rate_buyer(number: str) -> ResponseReturnValue:
    return _give(
        number,
        Side.SELLER,
        _sold,
        _("Thank you. It is shown when the buyer has rated too, or the time to rate is over."),
    )


def _bought(session: Session, number: str) -> Order:
    return order_bought(session, viewing(), number)


def _sold(session: Session, number: str) -> Order:
    return order_sold(session, current_actor(), number)


def _give(number: str, side: Side, find: Callable[[Session, str], Order], thanks: str) -> ResponseReturnValue:
    form, status = RatingForm(), 200
    if form.is_submitted():
        status = 422
        with reading() as session:
            order = find(session, number)
        if form.validate():
            try:
                is_shown = in_transaction(lambda session: _rate(session, order, side, form))
            except DomainError as refusal:
                form.add_problem(refusal)
                status = refusal.status
            else:
                flash(_("Thank you. Both sides have rated: each reads what the other says.") if is_shown else thanks)
                return go_on(request.path)
    with reading() as session:
        return rating_page(session, find(session, number), side, form, status)


def _rate(session: Session, order: Order, side: Side, form: RatingForm) -> bool:
    """Whether both have rated now."""
    stars, text, now = int(form.stars.data), form.text.data or "", datetime.now(UTC)
    if side is Side.BUYER:
        rating = rate_as_buyer(session, viewing(), order.id, stars=stars, text=text, now=now)
    else:
        rating = rate_as_seller(session, current_actor(), order.id, stars=stars, text=text, now=now)
    return rating.shown_at is not None
