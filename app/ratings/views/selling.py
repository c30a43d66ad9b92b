"""The shop rates the buyer."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor
from app.identity.current import current_actor, require_signed_in
from app.orders.queries import order_sold
from app.ratings.actions.rate_order import rate_as_seller
from app.ratings.forms import RatingForm
from app.ratings.rules import Side
from app.ratings.views import bp
from app.ratings.views.shared import rating_page
from app.web.pages import flash, go_on


@bp.route("/desk/orders/<number>/rating", methods=["GET", "POST"])
@require_signed_in
def rate_buyer(number: str) -> ResponseReturnValue:
    form, status = RatingForm(), 200
    with reading() as session:
        order = order_sold(session, current_actor(), number)
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                in_transaction(partial(_rate, current_actor(), order.id, form))
            except DomainError as refusal:
                form.add_problem(refusal)
                status = refusal.status
            else:
                flash(_("Thank you. It is shown when the buyer has rated too, or the time to rate is over."))
                return go_on(url_for("ratings.rate_buyer", number=order.number))
    with reading() as session:
        return rating_page(session, order_sold(session, current_actor(), number), Side.SELLER, form, status)


def _rate(actor: Actor, order_id: UUID, form: RatingForm, session: Session) -> None:
    now = datetime.now(UTC)
    rate_as_seller(session, actor, order_id, stars=int(form.stars.data), text=form.text.data or "", now=now)
