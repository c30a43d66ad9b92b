"""The shop's page of what comes back: agree or decline, say that it came, give the money back."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import current_actor, require_signed_in
from app.identity.rules.roles import SELLING, STOCKING
from app.money.amounts import usd
from app.orders.actions.answer_return import approve_return, decline_return
from app.orders.actions.finish_return import receive_return, refund_return
from app.orders.both_sides import both_sides
from app.orders.queries import order_sold, refundable
from app.orders.return_forms import ApproveForm, DeclineForm, ReceivedForm, RefundReturnForm
from app.orders.rules.returns import RUNNING
from app.orders.views import bp
from app.orders.views.shared import told
from app.orders.views.sold_page import line_names
from app.web.forms import BaseForm
from app.web.pages import flash, go_on, page

Work = Callable[[Session, UUID], Any]


@bp.get("/desk/orders/<number>/returns")
@require_signed_in
def returns(number: str) -> ResponseReturnValue:
    return _page(number)


@bp.post("/desk/orders/<number>/returns/<uuid:return_id>/approve")
@require_signed_in
def approve(number: str, return_id: UUID) -> ResponseReturnValue:
    form, actor = ApproveForm(), current_actor()

    def work(session: Session, order_id: UUID) -> None:
        approve_return(
            session,
            actor,
            order_id,
            return_id,
            return_address=form.return_address.data or "",
            postage=form.postage.data,
            now=datetime.now(UTC),
        )

    return _act(number, form, work, done=_("Agreed. The buyer gets a mail with the address."), approve_form=form)


@bp.post("/desk/orders/<number>/returns/<uuid:return_id>/decline")
@require_signed_in
def decline(number: str, return_id: UUID) -> ResponseReturnValue:
    form, actor = DeclineForm(), current_actor()

    def work(session: Session, order_id: UUID) -> None:
        decline_return(session, actor, order_id, return_id, answer=form.answer.data or "", now=datetime.now(UTC))

    done = _("Declined. The buyer reads why, and can still report a problem.")
    return _act(number, form, work, done=done, decline_form=form)


@bp.post("/desk/orders/<number>/returns/<uuid:return_id>/received")
@require_signed_in
def came_back(number: str, return_id: UUID) -> ResponseReturnValue:
    form, actor = ReceivedForm(), current_actor()

    def work(session: Session, order_id: UUID) -> None:
        receive_return(session, actor, order_id, return_id, condition=form.condition.data or "", now=datetime.now(UTC))

    return _act(number, form, work, done=_("Noted. Now give the money back."), received_form=form)


@bp.post("/desk/orders/<number>/returns/<uuid:return_id>/refund")
@require_signed_in
def refund_returned(number: str, return_id: UUID) -> ResponseReturnValue:
    form, actor = RefundReturnForm(), current_actor()

    def work(session: Session, order_id: UUID) -> None:
        assert form.amount.data is not None
        refund_return(
            session,
            actor,
            order_id,
            return_id,
            cents=form.amount.data.minor,
            reason=form.reason.data or "",
            form_token=form.token,
            now=datetime.now(UTC),
            signed=form.signed(),
        )

    return _act(number, form, work, done=_("The money is on its way back to the buyer."), refund_form=form)


def _act(number: str, form: BaseForm, work: Work, *, done: str, **forms: BaseForm) -> ResponseReturnValue:
    """Do it and come back to the page, or show it again with what is wrong beside the field."""
    with reading() as session:
        order_id = order_sold(session, current_actor(), number).id
    if form.validate_on_submit():
        try:
            in_transaction(lambda session: work(session, order_id))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(done)
            return go_on(url_for("orders.returns", number=number))
    return _page(number, 422, **forms)


def _page(number: str, status: int = 200, **forms: BaseForm) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as session:
        order = order_sold(session, actor, number)
        (part,) = told(session, [order], for_seller=True)
        both = both_sides(session, order)
    left = refundable(part.story.leg, both.refunds_asked)
    running = next((one for one in both.returns if one.state in RUNNING), None)
    suggested = min(sum(line.cents for line in running.lines), left) if running else 0
    return page(
        "orders/returns.html",
        status,
        order=order,
        part=part,
        returns=both.returns,
        running=running,
        files=both.files,
        names=line_names(order),
        left=usd(left),
        may_sell=actor.member_of(order.organization_id, SELLING),
        may_stock=actor.member_of(order.organization_id, STOCKING),
        approve_form=forms.get("approve_form") or ApproveForm(formdata=None),
        decline_form=forms.get("decline_form") or DeclineForm(formdata=None),
        received_form=forms.get("received_form") or ReceivedForm(formdata=None),
        refund_form=forms.get("refund_form") or RefundReturnForm(formdata=None, data={"amount": usd(suggested)}),
    )
