"""Where somebody of the market decides a dispute."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.actor import Actor
from app.identity.current import current_actor, require_market_role
from app.money.amounts import usd
from app.orders.actions.resolve_dispute import resolve_dispute
from app.orders.both_sides import both_sides
from app.orders.forms import DecideForm
from app.orders.queries import JUDGING_ROLES, order_judged, refundable
from app.orders.rules.judging import judging_event
from app.orders.views import bp
from app.orders.views.shared import told
from app.orders.views.sold_page import line_names
from app.web.pages import flash, go_on, page


@bp.route("/console/disputes/<number>", methods=["GET", "POST"])
@require_market_role(*JUDGING_ROLES)
def decide(number: str) -> ResponseReturnValue:
    """Both sides' facts, and how what is held is divided."""
    form, actor = DecideForm(), current_actor()
    with reading() as session:
        order = order_judged(session, actor, number)
        (part,) = told(session, [order])
        both = both_sides(session, order)
    held = usd(refundable(part.story.leg, both.refunds_asked))
    if both.dispute:
        upcoming = judging_event(part.story, is_decided=both.dispute.state == "resolved")
        part = replace(part, upcoming=upcoming)
    if form.validate_on_submit():
        try:
            in_transaction(lambda session: _decide(session, actor, order.id, form))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(_("Decided. Both sides get a mail, and the money moves."))
            return go_on(f"/console/disputes/{order.number}")
    status = 422 if form.is_submitted() else 200
    return page(
        "orders/decide.html",
        status,
        order=order,
        part=part,
        dispute=both.dispute,
        evidence=both.evidence,
        returns=both.returns,
        files=both.files,
        names=line_names(order),
        held=held,
        form=form,
    )


def _decide(session: Session, actor: Actor, order_id: UUID, form: DecideForm) -> None:
    assert form.seller_amount.data is not None
    resolve_dispute(
        session,
        actor,
        order_id,
        seller_cents=form.seller_amount.data.minor,
        resolution=form.resolution.data or "",
        now=datetime.now(UTC),
    )
