"""The buyer rates the shop."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.orders.queries import Viewer, order_bought
from app.orders.viewing import viewing
from app.ratings.actions.rate_order import rate_as_buyer
from app.ratings.forms import RatingForm
from app.ratings.rules import Side
from app.ratings.views import bp
from app.ratings.views.shared import rating_page
from app.web.pages import flash, go_on


@bp.route("/orders/<number>/rating", methods=["GET", "POST"])
def rate_shop(number: str) -> ResponseReturnValue:
    form, status = RatingForm(), 200
    with reading() as session:
        order = order_bought(session, viewing(), number)
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                in_transaction(partial(_rate, viewing(), order.id, form))
            except DomainError as refusal:
                form.add_problem(refusal)
                status = refusal.status
            else:
                flash(_("Thank you. It is shown when the shop has rated too, or the time to rate is over."))
                return go_on(url_for("ratings.rate_shop", number=order.number))
    with reading() as session:
        return rating_page(session, order_bought(session, viewing(), number), Side.BUYER, form, status)


def _rate(viewer: Viewer, order_id: UUID, form: RatingForm, session: Session) -> None:
    now = datetime.now(UTC)
    rate_as_buyer(session, viewer, order_id, stars=int(form.stars.data), text=form.text.data or "", now=now)
