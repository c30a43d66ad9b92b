"""Orders that need an approver: asking, deciding, and paying what was approved."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from app.catalog.errors import SampleLimit
from app.checkout.actions.ask_approval import ask_approval
from app.checkout.actions.decide_approval import approve, ask_again, decline, price_of_request, withdraw
from app.checkout.actions.pay_approved import checkout_of
from app.checkout.actions.place_cart import CheckoutRequest, place_cart
from app.checkout.actions.start_card_payment import start_card_payment
from app.checkout.actions.take_over_approval import take_over
from app.checkout.carrying import current_cart
from app.checkout.errors import (
    AddressMissing,
    AlreadyDecided,
    ApprovalBelowCardMinimum,
    ApprovalNotFound,
    AskerLeft,
    AskerStillBuys,
    BelowCardMinimum,
    BuyerChanged,
    CartHasProblems,
    CartIsEmpty,
    NoCompanyChosen,
    OverLimit,
    PurchaseNumberMissing,
)
from app.checkout.forms import ApprovalForm, PayForm, ReasonForm, TakeOverForm
from app.checkout.models import ApprovalRequest
from app.checkout.paying import card_links, home_country, policy
from app.checkout.queries.approvals import (
    approvals_page,
    approvals_seen_by,
    deal_asked_about,
    history_of,
)
from app.checkout.rules.approvals import APPROVED, OPEN, state_at
from app.checkout.rules.draft import Draft
from app.checkout.views import bp
from app.checkout.views.pay import CHANGES, DEAL_CLOSED, checkout_request, lead_on, review_again, to_deal
from app.checkout.views.pay_later import pay_later_of
from app.checkout.views.steps import known_contact, to_cart
from app.checkout.views.terms import CREDIT_REFUSALS
from app.config.settings import Settings
from app.db.locks import load_one
from app.db.session import in_transaction, reading
from app.identity.current import current_actor, require_signed_in
from app.identity.rules.roles import APPROVER
from app.onramp.stripe_values import SessionCall
from app.orders.models import OrderGroup
from app.orders.rules.pricing import seen_amounts
from app.orders.rules.purchase import CARD, TERMS, Contact
from app.quotes.actions.order_deal import state_of as deal_state_of
from app.quotes.rules.deals import DealState
from app.web.forms import BaseForm
from app.web.languages import current_locale
from app.web.limits import PLACE_ORDER, limiter
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence

MOVED = (
    SampleLimit, CartHasProblems, BelowCardMinimum, OverLimit, AlreadyDecided, AskerLeft, AskerStillBuys, *CHANGES,
    *DEAL_CLOSED,
)  # fmt: skip
_FORMS: Mapping[str, type[BaseForm]] = {"approve": ApprovalForm, "decline": ReasonForm, "takeover": TakeOverForm}


@bp.post("/checkout/approval")
@bp.post("/deals/<uuid:deal_id>/checkout/approval")
@limiter.limit(PLACE_ORDER)
@require_signed_in
def ask() -> ResponseReturnValue:
    """From the review: the cart as shown, or that of a deal, is put before the company's approvers."""
    cart, form = current_cart(), PayForm()
    if cart is None:
        return to_cart()
    if not form.validate_on_submit() or Draft.read(cart.draft).first_gap:
        return review_again(form, 422)
    sent = checkout_request(cart, form, paid_by=CARD)
    try:
        asked = in_transaction(partial(_ask, cart.id, sent, request.form.get("note", "").strip()[:500]))
    except CHANGES as refusal:
        return review_again(form, refusal.status, changed=form.amounts())
    except DEAL_CLOSED as refusal:
        return to_deal(refusal)
    except (NoCompanyChosen, PurchaseNumberMissing, AddressMissing, ApprovalBelowCardMinimum) as refusal:
        flash(sentence(refusal), PROBLEM)
        return review_again(form, refusal.status)
    except CartIsEmpty:
        return go_on(url_for("checkout.approvals"))
    flash(
        _("Your approvers were asked by mail. The goods are kept for you as long as the deal stands.")
        if asked.deal_id
        else _("Your approvers were asked by mail. The goods are not kept for you meanwhile.")
    )
    return go_on(url_for("checkout.approval", request_id=asked.id))


@bp.get("/approvals")
@require_signed_in
def approvals() -> ResponseReturnValue:
    """What waits for an approver, and what was decided."""
    with reading() as session:
        found = approvals_page(session, current_actor(), cursor=request.args.get("cursor"))
    return page("checkout/approvals.html", rows=found.rows, next_cursor=found.next_cursor)


@bp.get("/approvals/<uuid:request_id>")
@require_signed_in
def approval(request_id: UUID) -> ResponseReturnValue:
    return _shown(request_id)


@bp.post("/approvals/<uuid:request_id>/<any(approve, decline, withdraw, again, takeover):verb>")
@require_signed_in
def decide(request_id: UUID, verb: str) -> ResponseReturnValue:
    """An approver decides on what the page showed, or takes over from who has left; who asked takes back or asks again."""
    form = _FORMS.get(verb, BaseForm)()
    if isinstance(form, TakeOverForm):
        form.region = home_country()
    if not form.validate_on_submit():
        return _shown(request_id, form=form, status=422)
    try:
        is_deal = in_transaction(partial(_decide, request_id, verb, form))
    except MOVED as refusal:
        flash(sentence(refusal), PROBLEM)
        return _shown(request_id, status=refusal.status)
    words = {
        "approve": _("Approved. Pay it now, or leave that to who asked."),
        "decline": _("Declined. Who asked was told why."),
        "withdraw": _("Taken back. You can change the order, and ask again until the deal ends.")
        if is_deal
        else _("Taken back. The goods are in your cart again."),
        "again": _("The approvers see the prices of now."),
        "takeover": _("It is yours now. What is written about it goes to your address."),
    }
    flash(words[verb])
    return go_on(url_for("checkout.approval", request_id=request_id))


@bp.post("/approvals/<uuid:request_id>/pay")
@limiter.limit(PLACE_ORDER)
@require_signed_in
def pay_approved(request_id: UUID) -> ResponseReturnValue:
    """By card, by the approver or by who asked."""
    return _order(request_id, _pay)


@bp.post("/approvals/<uuid:request_id>/later")
@limiter.limit(PLACE_ORDER)
@require_signed_in
def pay_approved_later(request_id: UUID) -> ResponseReturnValue:
    """Ordered now, as the seller's terms allow."""
    return _order(request_id, _owe)


def _order(
    request_id: UUID, how: Callable[[UUID, UUID, Session], tuple[OrderGroup, SessionCall | None]]
) -> ResponseReturnValue:
    form = BaseForm()
    if not form.validate_on_submit():
        return _shown(request_id, status=422)
    try:
        group, call = in_transaction(partial(how, request_id, form.token))
    except (*MOVED, *CREDIT_REFUSALS, BuyerChanged, PurchaseNumberMissing, AddressMissing, CartIsEmpty) as refusal:
        flash(sentence(refusal), PROBLEM)
        return _shown(request_id, status=refusal.status)
    return lead_on(group, call)


def _shown(request_id: UUID, *, form: BaseForm | None = None, status: int = 200) -> ResponseReturnValue:
    """With the prices of now beside those that were asked for."""
    actor, now = current_actor(), datetime.now(UTC)
    with reading() as session:
        found = _found(session, request_id)
        deal = deal_asked_about(session, found)
        is_over = deal is not None and deal_state_of(deal, now) is not DealState.AGREED
        state = state_at(found.state, is_deal_over=is_over)
        cart = price_of_request(session, found, now) if state in OPEN else None
        history = history_of(session, found)
    can_order = cart is not None and cart.count and not cart.problems
    live = seen_amounts(cart.orders()) if cart is not None and can_order else {}
    approve_form = ApprovalForm(formdata=None)
    approve_form.seen.data = json.dumps(live, sort_keys=True, separators=(",", ":"))
    return page(
        "checkout/approval.html", status, found=found, state=state, deal=deal, cart=cart, can_order=can_order,
        events=history.events,
        has_changed=bool(live) and live != found.seen, approve_form=approve_form, who=history.who,
        company=history.company,
        reason_form=form if isinstance(form, ReasonForm) else ReasonForm(formdata=None), me=actor.user_id,
        has_left=state in OPEN and history.has_asker_left,
        take_form=form if isinstance(form, TakeOverForm) else TakeOverForm(formdata=None, data=known_contact()),
        approves=actor.member_of(found.company_id, {APPROVER}),
        later=pay_later_of(found.company_id, cart) if cart is not None and can_order and state == APPROVED else None,
    )  # fmt: skip


def _found(session: Session, request_id: UUID) -> ApprovalRequest:
    """Raises ApprovalNotFound for a stranger."""
    query = approvals_seen_by(current_actor()).where(ApprovalRequest.id == request_id)
    return load_one(session, query, missing=ApprovalNotFound)


def _ask(cart_id: UUID, sent: CheckoutRequest, note: str, session: Session) -> ApprovalRequest:
    market = _market()
    return ask_approval(
        session, cart_id, sent, note=note, market=market.market_name, base=market.public_url, now=datetime.now(UTC)
    )


def _decide(request_id: UUID, verb: str, form: BaseForm, session: Session) -> bool:
    """Whether it is about a deal."""
    actor, market, now = current_actor(), _market(), datetime.now(UTC)
    about = {"market": market.market_name, "base": market.public_url}
    if isinstance(form, ApprovalForm):
        approve(session, actor, request_id, seen=form.amounts(), now=now, **about)
    elif isinstance(form, TakeOverForm):
        contact = Contact(form.email.data or "", form.name.data or "", form.phone.data or "", current_locale())
        take_over(session, actor, request_id, contact, now=now)
    elif isinstance(form, ReasonForm):
        decline(session, actor, request_id, reason=form.reason.data or "", now=now, **about)
    elif verb == "withdraw":
        withdraw(session, actor, request_id, now=now)
    else:
        ask_again(session, actor, request_id, now=now)
    return _found(session, request_id).deal_id is not None


def _pay(request_id: UUID, token: UUID, session: Session) -> tuple[OrderGroup, SessionCall | None]:
    """Raises what `checkout_of` and `place_cart` raise."""
    found = _found(session, request_id)
    sent = checkout_of(session, found, form_token=token, language=current_locale())
    return start_card_payment(session, found.cart_id, sent, policy(), card_links(), datetime.now(UTC))


def _owe(request_id: UUID, token: UUID, session: Session) -> tuple[OrderGroup, SessionCall | None]:
    """Raises what `checkout_of` and `place_cart` raise."""
    found = _found(session, request_id)
    sent = checkout_of(session, found, form_token=token, language=current_locale(), paid_by=TERMS)
    return place_cart(session, found.cart_id, sent, policy(), datetime.now(UTC)), None


def _market() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
