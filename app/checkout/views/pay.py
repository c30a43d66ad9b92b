"""Paying by card: place, ask the card service for its page, lead there; and coming back, paid or not."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.catalog.errors import OutOfStock, SampleLimit
from app.checkout.actions.place_cart import CheckoutRequest
from app.checkout.actions.start_card_payment import Links, card_call, start_card_payment
from app.checkout.carrying import current_cart
from app.checkout.errors import (
    AddressMissing,
    BelowCardMinimum,
    BuyerChanged,
    CartHasProblems,
    CartIsEmpty,
    OverLimit,
    OwedBelowCardMinimum,
    PurchaseNumberMissing,
)
from app.checkout.forms import PayForm
from app.checkout.models import Cart
from app.checkout.paying import card_links, card_page, policy
from app.checkout.queries.approvals import request_of_cart
from app.checkout.rules.draft import Draft
from app.checkout.views import bp
from app.checkout.views.steps import ready_cart, show_review, to_cart
from app.db.session import in_transaction, reading, transaction
from app.errors import DomainError
from app.fx.shown import shown_rate
from app.identity.current import current_account, current_actor
from app.onramp import stripe_gateway
from app.onramp.actions.apply_payment_snapshot import apply_payment_snapshot
from app.onramp.errors import StripeUnavailable
from app.onramp.queries import card_payment_of
from app.onramp.stripe_values import SessionCall
from app.orders.errors import PricesChanged
from app.orders.models import OrderGroup
from app.orders.queries import group_alone, group_bought_as_seen, group_of_form
from app.orders.rules.purchase import CARD, Contact, OrderPolicy
from app.orders.viewing import open_group, viewing
from app.quotes.errors import DealIsBeingPaid, DealIsOrdered, DealIsOver
from app.web.languages import current_locale
from app.web.limits import PLACE_ORDER, limiter
from app.web.pages import NOTE, PROBLEM, flash, go_on
from app.web.problem_words import sentence

CHANGES = (PricesChanged, CartHasProblems, OutOfStock)
DEAL_CLOSED = (DealIsOver, DealIsOrdered, DealIsBeingPaid)
REFUSALS = (SampleLimit, BuyerChanged, OverLimit, PurchaseNumberMissing, AddressMissing, BelowCardMinimum)


@bp.post("/checkout/pay")
@bp.post("/deals/<uuid:deal_id>/checkout/pay")
@limiter.limit(PLACE_ORDER)
def pay_by_card() -> ResponseReturnValue:
    """Sent twice, from two tabs, or after the back button: the same order and the same card page."""
    cart, form = current_cart(), PayForm()
    if cart is None:
        return empty_cart(form)
    if not form.validate_on_submit() or Draft.read(cart.draft).first_gap:
        return review_again(form, 422)
    sent = checkout_request(cart, form, paid_by=CARD)
    try:
        group, call = in_transaction(partial(_start, cart.id, sent, policy(), card_links()))
    except CHANGES as refusal:
        return review_again(form, refusal.status, changed=form.amounts())
    except DEAL_CLOSED as refusal:
        return to_deal(refusal)
    except REFUSALS as refusal:
        return refused(form, refusal)
    except CartIsEmpty:
        return empty_cart(form)
    return lead_on(group, call)


def review_again(form: PayForm, status: int, *, changed: Mapping[str, int] | None = None) -> ResponseReturnValue:
    """The page with the button as it is now, with what has changed; what was bought, if there is nothing left to buy."""
    ready = ready_cart()
    return show_review(*ready, status, changed=changed) if ready else empty_cart(form)


def to_deal(refusal: DomainError) -> ResponseReturnValue:
    """The deal cannot be paid now: its page shows how it stands, and what stood in the way."""
    flash(sentence(refusal), PROBLEM)
    return to_cart()


def refused(form: PayForm, refusal: DomainError) -> ResponseReturnValue:
    """What is missing or the company does not allow, said above the page as it is now."""
    flash(sentence(refusal), PROBLEM)
    return review_again(form, refusal.status)


def lead_on(group: OrderGroup, call: SessionCall | None) -> ResponseReturnValue:
    """To the card page, or to the order when there is nothing left to pay."""
    if call is None:
        if group.state == "expired":
            flash(
                _(
                    "This can no longer be paid: the time is over, or a shop of it does not sell any more. Nothing was charged."
                ),
                PROBLEM,
            )
            return go_on(url_for("checkout.review", deal_id=group.deal_id))
        return open_group(group)
    return open_group(group, to=card_page(call))


@bp.get("/checkout/return/<uuid:order_group_id>")
def come_back(order_group_id: UUID) -> ResponseReturnValue:
    """From the card page. Asks the card service itself, so that it does not matter whether its message came first.

    When it cannot say yet, its message or the job that asks again will: the page says so and looks by itself.
    """
    group = _my_group(order_group_id)
    with suppress(StripeUnavailable):
        _ask_card_service(group.id)
    if _my_group(order_group_id).state in ("pending_payment", "on_terms"):
        return open_group(group, to=url_for("orders.show_group", order_group_id=group.id, confirming=1))
    return open_group(group)


@bp.get("/checkout/canceled/<uuid:order_group_id>")
def canceled(order_group_id: UUID) -> ResponseReturnValue:
    """Back without having paid: the goods are still held, the cart is as it was."""
    group = _my_group(order_group_id)
    _ask_card_service(group.id)
    state = _my_group(order_group_id).state
    if state == "paid":
        return open_group(group)
    if state in ("on_terms", "ended"):
        flash(_("You were not charged. You can pay later, until the day shown here."), NOTE)
        return open_group(group)
    flash(_("You were not charged. Your goods are kept for you a few minutes more."), NOTE)
    with reading() as session:
        approved = request_of_cart(session, current_actor(), group.cart_id)
    if approved is not None:
        return go_on(url_for("checkout.approval", request_id=approved))
    return go_on(url_for("checkout.review", deal_id=group.deal_id))


@bp.post("/checkout/resume/<uuid:order_group_id>")
@limiter.limit(PLACE_ORDER)
def resume(order_group_id: UUID) -> ResponseReturnValue:
    """From the order page: back to the same card page."""
    group = _my_group(order_group_id)
    if group.payment_method != CARD:
        return go_on(url_for("checkout.sign", order_group_id=group.id))
    if group.state == "on_terms":
        with suppress(StripeUnavailable):  # a page that has ended there makes way for a new one
            _ask_card_service(group.id)
    try:
        with transaction() as session:
            call = card_call(session, session.get_one(OrderGroup, group.id), card_links(), datetime.now(UTC))
    except OwedBelowCardMinimum as refusal:
        flash(sentence(refusal), PROBLEM)
        return open_group(group)
    return lead_on(group, call)


def checkout_request(cart: Cart, form: PayForm, *, paid_by: str, buyer_address: bytes | None = None) -> CheckoutRequest:
    """What this buyer has typed, chosen and seen."""
    draft, account = Draft.read(cart.draft), current_account()
    return CheckoutRequest(
        form_token=form.token,
        contact=Contact(draft.contact["email"], draft.contact["name"], draft.contact["phone"], current_locale()),
        address=draft.address,
        shipping=draft.shipping,
        seen=form.amounts(),
        paid_by=paid_by,
        buyer_id=account.id if account else None,
        buyer_address=buyer_address,
        company_id=form.company_id,
        po_number=draft.contact.get("po_number", "") if form.company_id else "",
        shown_at=shown_rate(),
    )


def _start(
    cart_id: UUID, sent: CheckoutRequest, terms: OrderPolicy, links: Links, session: Session
) -> tuple[OrderGroup, SessionCall | None]:
    return start_card_payment(session, cart_id, sent, terms, links, datetime.now(UTC))


def _my_group(order_group_id: UUID) -> OrderGroup:
    with reading() as session:
        return group_alone(session, viewing(), order_group_id)


def _ask_card_service(order_group_id: UUID) -> None:
    with reading() as session:
        payment = card_payment_of(session, order_group_id)
    if payment is None or payment.session_id is None or payment.state != "open":
        return
    snapshot = stripe_gateway.retrieve_checkout_session(payment.session_id)
    in_transaction(lambda session: apply_payment_snapshot(session, payment.id, snapshot))


def empty_cart(form: PayForm) -> ResponseReturnValue:
    """A review sent once more after it was paid, from this tab or another, leads to what was bought."""
    cart = current_cart()
    if form.validate_on_submit():
        with reading() as session:
            group = group_of_form(session, form.token)
            if group is None and cart is not None:
                group = group_bought_as_seen(session, cart.id, form.amounts())
        if group is not None:
            return open_group(group)
    return to_cart()
