"""The shop's desk: what to ship, what is on its way, and giving money back."""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from flask import request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import current_actor, require_shop, require_signed_in
from app.identity.rules.roles import SELLING, STOCKING
from app.money.amounts import usd
from app.orders.actions.refund_order import refund_order
from app.orders.actions.ship_order import correct_tracking, mark_delivered, ship_order
from app.orders.forms import RefundForm, ShipForm
from app.orders.lists import TABS, TO_SHIP, desk_orders
from app.orders.models import Order
from app.orders.queries import dispute_of, order_sold, refundable_cents
from app.orders.rules.earnings import earnings
from app.orders.views import bp
from app.orders.views.shared import parts_shown, told
from app.settlement.open_calls import open_calls
from app.settlement.queries import chain_facts, may_ship
from app.shipping.queries import all_rates
from app.web.forms import BaseForm
from app.web.pages import flash, go_on, page


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
    return _sold_page(number)


@bp.post("/desk/orders/<number>/ship")
@require_signed_in
def ship(number: str) -> ResponseReturnValue:
    form, actor = ShipForm(), current_actor()

    def work(session: Session, order_id: UUID) -> None:
        ship_order(
            session,
            actor,
            order_id,
            carrier=form.carrier.data or "",
            tracking=form.tracking.data or "",
            now=datetime.now(UTC),
            signed=form.signed(),
        )

    return _act(number, form, work, done=_("Shipped. The buyer gets a mail with the tracking number."), ship_form=form)


@bp.post("/desk/orders/<number>/tracking")
@require_signed_in
def correct(number: str) -> ResponseReturnValue:
    form, actor = ShipForm(), current_actor()

    def work(session: Session, order_id: UUID) -> None:
        correct_tracking(session, actor, order_id, carrier=form.carrier.data or "", tracking=form.tracking.data or "")

    return _act(number, form, work, done=_("Saved."), ship_form=form)


@bp.post("/desk/orders/<number>/delivered")
@require_signed_in
def delivered(number: str) -> ResponseReturnValue:
    form, actor = BaseForm(), current_actor()

    def work(session: Session, order_id: UUID) -> None:
        mark_delivered(session, actor, order_id, now=datetime.now(UTC))

    return _act(number, form, work, done=_("Noted. The buyer is asked to confirm."))


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

    return _act(number, form, work, done=_("The money is on its way back to the buyer."), refund_form=form)


def _act(
    number: str, form: BaseForm, work: Callable[[Session, UUID], None], *, done: str, **forms: BaseForm
) -> ResponseReturnValue:
    """Do it and come back to the order, or show the order again with what is wrong beside the field."""
    with reading() as session:
        order_id = order_sold(session, current_actor(), number).id
    if form.validate_on_submit():
        try:
            in_transaction(lambda session: work(session, order_id))
        except DomainError as refusal:
            form.add_problem(refusal)
        else:
            flash(done)
            return go_on(url_for("orders.sold", number=number))
    return _sold_page(number, 422, **forms)


def _sold_page(
    number: str, status: int = 200, *, ship_form: ShipForm | None = None, refund_form: RefundForm | None = None
) -> ResponseReturnValue:
    actor = current_actor()
    with reading() as session:
        order = order_sold(session, actor, number)
        (part,) = told(session, [order], for_seller=True)
        left = refundable_cents(session, order.id, part.story.leg)
        offered = {rate.carrier for rate in all_rates(session, order.organization_id)}
        carriers = sorted((offered | {_carrier(order)}) - {""})
        facts, calls = chain_facts(session, order.id), open_calls(session, order.id)
        dispute = dispute_of(session, order.id)
        is_safe = may_ship(session, order.id)
        parts = parts_shown(session, part, for_seller=True)
    return page(
        "orders/sold.html",
        status,
        parts=parts,
        order=order,
        part=part,
        left=usd(left),
        earned=earnings(order.total_cents, order.commission_bps, part.story.leg),
        carriers=carriers,
        facts=facts,
        calls=calls,
        dispute=dispute,
        may_ship=actor.member_of(order.organization_id, STOCKING),
        is_safe=is_safe,
        may_refund=actor.member_of(order.organization_id, SELLING),
        ship_form=ship_form or ShipForm(formdata=None, data={"carrier": _carrier(order)}),
        refund_form=refund_form or RefundForm(formdata=None),
    )


def _carrier(order: Order) -> str:
    return str(order.fulfillments[-1].carrier if order.fulfillments else order.shipping["carrier"])
