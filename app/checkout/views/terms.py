"""Ordering now and paying later, where a seller has granted it to the company that buys."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.checkout.actions.place_cart import CheckoutRequest, place_cart
from app.checkout.carrying import current_cart
from app.checkout.errors import CartIsEmpty, MarketVoucherNeedsCard
from app.checkout.forms import PayForm
from app.checkout.paying import policy
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
from app.credit.errors import NoTerms, OverCreditLimit, TermsForOneShop, TermsOverdue
from app.db.session import in_transaction
from app.orders.models import OrderGroup
from app.orders.rules.purchase import TERMS, OrderPolicy
from app.orders.viewing import open_group
from app.web.limits import PLACE_ORDER, limiter

CREDIT_REFUSALS = (NoTerms, OverCreditLimit, TermsForOneShop, TermsOverdue, MarketVoucherNeedsCard)


@bp.post("/checkout/terms")
@bp.post("/deals/<uuid:deal_id>/checkout/terms")
@limiter.limit(PLACE_ORDER)
def pay_later() -> ResponseReturnValue:
    """Sent twice, from two tabs, or after the back button: the same order."""
    cart, form = current_cart(), PayForm()
    if cart is None:
        return empty_cart(form)
    if not form.validate_on_submit() or Draft.read(cart.draft).first_gap:
        return review_again(form, 422)
    sent = checkout_request(cart, form, paid_by=TERMS)
    try:
        group = in_transaction(partial(_place, cart.id, sent, policy()))
    except CHANGES as refusal:
        return review_again(form, refusal.status, changed=form.amounts())
    except DEAL_CLOSED as refusal:
        return to_deal(refusal)
    except (*REFUSALS, *CREDIT_REFUSALS) as refusal:
        return refused(form, refusal)
    except CartIsEmpty:
        return empty_cart(form)
    return open_group(group)


def _place(cart_id: UUID, sent: CheckoutRequest, terms: OrderPolicy, session: Session) -> OrderGroup:
    return place_cart(session, cart_id, sent, terms, datetime.now(UTC))
