"""The shop's desk: its orders, one order, and giving money back."""

from datetime import UTC, datetime
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import reading
from app.documents.proforma import proforma_answer
from app.identity.current import current_actor, require_shop, require_signed_in
from app.orders.actions.refund_order import refund_order
from app.orders.forms import RefundForm
from app.orders.lists import TABS, TO_SHIP, desk_orders
from app.orders.proforma import proforma_of_order
from app.orders.queries import order_sold
from app.orders.views import bp
from app.orders.views.sold_page import act, sold_page
from app.web.limits import DOCUMENT, limiter
from app.web.pages import page


@bp.get("/desk/orders")
@require_shop
def desk() -> ResponseReturnValue:
    wanted = request.args.get("tab", TO_SHIP)
    tab = wanted if wanted in TABS else TO_SHIP
    with reading() as session:
        found = desk_orders(session, current_actor(), tab=tab, cursor=request.args.get("cursor"))
    return page("orders/desk.html", tab=tab, tabs=TABS, orders=found.page, counts=found.counts, now=datetime.now(UTC))


@bp.get("/desk/orders/<number>")
@require_signed_in
def sold(number: str) -> ResponseReturnValue:
    return sold_page(number)


@bp.get("/desk/orders/<number>/proforma.pdf")
@limiter.limit(DOCUMENT)
@require_signed_in
def sellers_proforma(number: str) -> ResponseReturnValue:
    """For the shop's people, to send it to the buyer."""
    with reading() as session:
        told = proforma_of_order(session, order_sold(session, current_actor(), number))
    return proforma_answer(told)


@bp.post("/desk/orders/<number>/refund")
@require_signed_in
def refund(number: str) -> ResponseReturnValue:
    form, actor = RefundForm(), current_actor()

    def work(session: Session, order_id: UUID) -> None:
        assert form.amount.data is not None
        refund_order(
            session,
            actor,
            order_id,
            cents=form.amount.data.minor,
            reason=form.reason.data or "",
            form_token=form.token,
            now=datetime.now(UTC),
            signed=form.signed(),
        )

    return act(number, form, work, done=_("The money is on its way back to the buyer."), refund_form=form)
