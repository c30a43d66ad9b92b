"""Paying from one's own wallet: connect, order, then one signature. The market sends it and pays the gas."""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from flask import current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.checkout.actions.pay_later_order import pay_from_wallet
from app.checkout.actions.place_cart import CheckoutRequest, place_cart
from app.checkout.carrying import current_cart
from app.checkout.errors import CartIsEmpty, ShopDoesNotSell, WalletNeeded
from app.checkout.forms import PayForm
from app.checkout.paying import close_card_page, policy
from app.checkout.rules.draft import Draft
from app.checkout.views import bp
from app.checkout.views.pay import (
    CHANGES,
    DEAL_CLOSED,
    REFUSALS,
    checkout_request,
    empty_cart,
    refused,
    review_again,
    to_deal,
)
from app.checkout.views.steps import ready_cart, to_cart
from app.db.session import in_transaction, reading
from app.identity.current import paying_wallet
from app.onramp.errors import StripeUnavailable
from app.orders.actions.pay_group import sign_by_wallet
from app.orders.errors import BegunTooOften, CardPageIsOpen, NothingOwed, PaymentUnderWay
from app.orders.models import OrderGroup
from app.orders.queries import group_alone, group_shown, wallet_terms
from app.orders.rules.purchase import WALLET, OrderPolicy
from app.orders.viewing import open_group, viewing
from app.settlement.actions.fund_escrow import funding_message
from app.settlement.errors import MALFORMED, SignatureRejected
from app.settlement.models import Escrow
from app.settlement.outside import require_tokens
from app.settlement.queries import escrow_of_group
from app.web.forms import BaseForm
from app.web.limits import PLACE_ORDER, limiter
from app.web.pages import PROBLEM, flash, go_on, page
from app.web.problem_words import sentence


@bp.post("/checkout/wallet")
@bp.post("/deals/<uuid:deal_id>/checkout/wallet")
@limiter.limit(PLACE_ORDER)
def pay_by_wallet() -> ResponseReturnValue:
    """Order for the connected wallet; without one, the page that connects it."""
    cart, form, wallet = current_cart(), PayForm(), paying_wallet()
    if cart is None:
        return empty_cart(form)
    if not form.validate_on_submit() or Draft.read(cart.draft).first_gap:
        return review_again(form, 422)
    if wallet is None:
        return go_on(url_for("checkout.connect"))
    sent = checkout_request(cart, form, paid_by=WALLET, buyer_address=wallet)
    try:
        group = in_transaction(partial(_place, cart.id, sent, policy()))
    except CHANGES as refusal:
        return review_again(form, refusal.status, changed=form.amounts())
    except DEAL_CLOSED as refusal:
        return to_deal(refusal)
    except REFUSALS as refusal:
        return refused(form, refusal)
    except CartIsEmpty:
        return empty_cart(form)
    return open_group(group, to=url_for("checkout.sign", order_group_id=group.id))


@bp.get("/checkout/wallet")
@bp.get("/deals/<uuid:deal_id>/checkout/wallet")
def connect() -> ResponseReturnValue:
    """Find a wallet in this browser and prove that it is one's own; then back to the review."""
    ready = ready_cart()
    if ready is None:
        return to_cart()
    if paying_wallet() is not None:
        return go_on(_review())
    return page("checkout/connect.html", cart=ready[1], next=_review())


@bp.get("/checkout/wallet/<uuid:order_group_id>")
def sign(order_group_id: UUID) -> ResponseReturnValue:
    """In words what is being signed: how much, to whom, until when it can come back."""
    with reading() as session:
        group = group_shown(session, viewing(), order_group_id)
        if group.state not in OWED:
            _require_wallet(group)
        escrow = _to_sign(session, group)
        document = funding_message(session, group.id) if escrow else None
    if escrow is None:
        return go_on(url_for("orders.show_group", order_group_id=group.id))
    return page(
        "checkout/sign.html",
        group=group,
        document=document,
        wallet=escrow.buyer,
        until=group.hold_until if group.state == "pending_payment" else escrow.fund_by,
        releases={leg.order_id: leg.auto_release_at for leg in escrow.legs},
        chain_id=current_app.config["SETTINGS"].chain_id,
    )


@bp.get("/checkout/owed/<uuid:order_group_id>")
def pay_owed(order_group_id: UUID) -> ResponseReturnValue:
    """Paying what was ordered on terms from an own wallet: connect it, then begin."""
    with reading() as session:
        group = group_shown(session, viewing(), order_group_id)
    if group.state != "on_terms":
        return go_on(url_for("orders.show_group", order_group_id=group.id))
    wallet = paying_wallet()
    here = url_for("checkout.pay_owed", order_group_id=group.id)
    if wallet is None:
        return page("checkout/connect.html", next=here, back=url_for("orders.show_group", order_group_id=group.id))
    return page("checkout/owed.html", group=group, wallet=wallet, form=BaseForm())


@bp.post("/checkout/owed/<uuid:order_group_id>")
@limiter.limit(PLACE_ORDER)
def begin_owed(order_group_id: UUID) -> ResponseReturnValue:
    """The terms are written now, because their days begin with the payment. Twice is once."""
    here, wallet = url_for("checkout.pay_owed", order_group_id=order_group_id), paying_wallet()
    with reading() as session:
        group = group_alone(session, viewing(), order_group_id)
    if not BaseForm().validate() or wallet is None:
        return go_on(here)
    try:
        close_card_page(group.id)
        in_transaction(partial(_begin, group.id, wallet))
    except (
        NothingOwed, PaymentUnderWay, CardPageIsOpen, BegunTooOften, ShopDoesNotSell, StripeUnavailable,
    ) as refusal:  # fmt: skip
        flash(sentence(refusal), PROBLEM)
        return go_on(url_for("orders.show_group", order_group_id=group.id))
    return go_on(url_for("checkout.sign", order_group_id=group.id))


@bp.post("/checkout/wallet/<uuid:order_group_id>/signature")
@limiter.limit(PLACE_ORDER)
def take_signature(order_group_id: UUID) -> ResponseReturnValue:
    """`{signature, validAfter, validBefore}` → `{next}`. Twice is once."""
    with reading() as session:
        group = group_shown(session, viewing(), order_group_id)
        waits = _to_sign(session, group) is not None
    if group.state not in OWED:
        _require_wallet(group)
    signature, after, before = _sent_signature(request.get_json(silent=True))
    if waits:
        require_tokens(group.id)
    in_transaction(partial(_sign, group.id, signature, after, before))
    return jsonify(next=url_for("orders.show_group", order_group_id=group.id))


OWED = ("on_terms", "ended")
"""Of an order to be paid later, until it is known how it was paid."""


def _review() -> str:
    """The review, with the choice that was made before connecting still open."""
    return url_for("checkout.review", wallet=1)


def _require_wallet(group: OrderGroup) -> None:
    if group.payment_method != WALLET:
        raise WalletNeeded


def _to_sign(session: Session, group: OrderGroup) -> Escrow | None:
    """The terms that wait for a signature."""
    if group.state == "on_terms":
        standing = wallet_terms(session, group.id)
        return standing if standing is not None and standing.authorization is None else None
    waits = group.state == "pending_payment" and group.authorized_at is None
    return escrow_of_group(session, group.id) if waits else None


def _begin(order_group_id: UUID, wallet: bytes, session: Session) -> None:
    pay_from_wallet(session, viewing(), order_group_id, wallet, now=datetime.now(UTC))


def _sent_signature(sent: Any) -> tuple[bytes, int, int]:
    """Raises SignatureRejected for what is not even shaped like one."""
    try:
        signature = bytes.fromhex(str(sent["signature"]).removeprefix("0x"))
        return signature, int(sent["validAfter"]), int(sent["validBefore"])
    except (TypeError, KeyError, ValueError, OverflowError) as error:  # `Infinity` is a number to JSON
        raise SignatureRejected(reason=MALFORMED) from error


def _place(cart_id: UUID, sent: CheckoutRequest, terms: OrderPolicy, session: Session) -> OrderGroup:
    return place_cart(session, cart_id, sent, terms, datetime.now(UTC))


def _sign(order_group_id: UUID, signature: bytes, after: int, before: int, session: Session) -> None:
    sign_by_wallet(
        session,
        order_group_id,
        valid_after=after,
        valid_before=before,
        signature=signature,
        now=datetime.now(UTC),
    )
