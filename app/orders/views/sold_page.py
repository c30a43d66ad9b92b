"""The page of one order at the shop's desk, and doing something there."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.catalog.rules.texts import pick
from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.identity.current import current_actor
from app.identity.rules.roles import SELLING, STOCKING
from app.money.amounts import TokenAmount, usd
from app.money.currencies import currency as currency_of
from app.orders.actions.give_up_rest import missing_worth
from app.orders.beside import beside_sold
from app.orders.forms import HandoverForm, RefundForm, ShipForm, counting
from app.orders.left import to_ship
from app.orders.models import HandoverCode, Order
from app.orders.queries import order_sold, refundable
from app.orders.return_queries import returns_of
from app.orders.rules.earnings import earnings
from app.orders.rules.handover import IN_PERSON, tries_left
from app.orders.views.shared import parts_shown, quoted, told
from app.settlement.open_calls import calls_on
from app.settlement.queries import leg_seen
from app.web.forms import BaseForm
from app.web.languages import current_locale
from app.web.money_text import format_number
from app.web.pages import flash, go_on, page
from app.withholding.queries import expected_tax

Work = Callable[[Session, UUID], Any]


def act(number: str, form: BaseForm, work: Work, *, done: str, **forms: BaseForm) -> ResponseReturnValue:
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
    return sold_page(number, 422, **forms)


def ship_form_of(order: Order, **given: Any) -> ShipForm:
    """With a field for each line that has something left, filled with all of it."""
    form = counting(ShipForm, to_ship(order), line_names(order), none_chosen=False)
    return form(**given)


def line_names(order: Order) -> dict[UUID, str]:
    """Goods and choice of each line in the reader's language."""
    locale = current_locale()
    return {
        line.id: " · ".join(
            text for text in (pick(line.titles, locale).text, pick(line.variant_names, locale).text) if text
        )
        for line in order.lines
    }


def sold_page(number: str, status: int = 200, **forms: BaseForm) -> ResponseReturnValue:
    """`forms` are those to be mended: `ship_form`, `refund_form`."""
    actor = current_actor()
    with reading() as session:
        order = order_sold(session, actor, number)
        (part,) = told(session, [order], for_seller=True)
        beside, seen = beside_sold(session, order), leg_seen(session, order.id)
        returns = returns_of(session, order) if order.fulfillments else []
        deal = quoted(session, order.group)
        code = session.get(HandoverCode, order.id) if order.shipping.get("kind") == IN_PERSON else None
    leg = part.story.leg
    left = refundable(leg, beside.refunds_asked)
    missing = min(missing_worth(order), left) if order.fulfillment_status == "partial" else 0
    earned = earnings(order.total_cents, order.commission_bps, leg)
    taxes = expected_tax(beside.tax_terms, given_back=leg.refunded if leg else 0)
    return page(
        "orders/sold.html",
        status,
        order=order,
        part=part,
        parts=parts_shown(beside.parts, part, for_seller=True),
        left=usd(left),
        left_to_ship={line.id: line for line in to_ship(order)},
        missing=usd(missing),
        missing_typed=format_number(missing, currency_of("USD"), current_locale()),
        returns=returns,
        earned=earned,
        taxes=[(tax, name, TokenAmount(units)) for tax, name, units in taxes],
        received=TokenAmount(earned.net.units - sum(units for *_what, units in taxes)),
        carriers=sorted((beside.carriers | {_carrier(order)}) - {""}),
        facts=seen.facts if seen else (),
        calls=calls_on(seen) if seen else (),
        dispute=beside.dispute,
        thread=beside.thread,
        deal=deal,
        may_ship=actor.member_of(order.organization_id, STOCKING),
        is_safe=seen is not None and seen.is_safe(beside.safe_number),
        may_refund=actor.member_of(order.organization_id, SELLING),
        ship_form=forms.get("ship_form") or ship_form_of(order, formdata=None, data={"carrier": _carrier(order)}),
        tracking_form=forms.get("tracking_form"),
        handover_form=forms.get("handover_form") or HandoverForm(formdata=None),
        tries_left=_tries_left(code),
        refund_form=forms.get("refund_form") or RefundForm(formdata=None),
    )


def _tries_left(code: HandoverCode | None) -> int | None:
    """Of the code that the buyer shows now; None where none is shown."""
    is_shown = code is not None and code.used_at is None and code.expires_at > datetime.now(UTC)
    return tries_left(code.wrong_tries) if code is not None and is_shown else None


def _carrier(order: Order) -> str:
    return str(order.fulfillments[-1].carrier if order.fulfillments else order.shipping["carrier"])
