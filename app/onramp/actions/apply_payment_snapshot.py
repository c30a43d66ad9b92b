"""What Stripe says about a payment becomes ours: once, however often and in whatever order it is heard."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.events.bus import publish
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import card_payment_succeeded
from app.money.amounts import Money
from app.money.currencies import CURRENCIES
from app.onramp.errors import PaymentMismatch
from app.onramp.events import CardPaymentExpired, CardPaymentFellShort, CardPaymentSucceeded
from app.onramp.models import CardPayment
from app.onramp.stripe_values import PaymentSnapshot

BRANDS = {
    "amex": "American Express", "diners": "Diners Club", "discover": "Discover", "eftpos_au": "eftpos", "jcb": "JCB",
    "mastercard": "Mastercard", "unionpay": "UnionPay", "visa": "Visa",
}  # fmt: skip
"""Stripe's names of card brands, as their owners write them."""


def apply_payment_snapshot(session: Session, payment_id: UUID, snapshot: PaymentSnapshot) -> CardPayment:
    """Paid wins over expired, and is booked and published once. Raises PaymentMismatch for more, or another currency.

    The hosted page captures at once, so all of it or nothing is the rule; should Stripe have taken less all the same (a
    partial capture in its dashboard), that much is booked, since it is there, and it buys nothing.
    """
    payment = session.get_one(CardPayment, payment_id, with_for_update=True)
    payment.last_decline = snapshot.decline
    if payment.state == "succeeded":
        return payment
    if snapshot.is_paid:
        _succeed(session, payment, snapshot)
    elif snapshot.status == "expired" and payment.state == "open":
        payment.state = "expired"
        publish(session, CardPaymentExpired(payment.id, payment.order_group_id))
    return payment


def _succeed(session: Session, payment: CardPayment, snapshot: PaymentSnapshot) -> None:
    fell_short = 0 < snapshot.amount < payment.amount_minor
    if snapshot.currency != payment.currency or (snapshot.amount != payment.amount_minor and not fell_short):
        raise PaymentMismatch(
            paid=_shown(snapshot.amount, snapshot.currency), asked=_shown(payment.amount_minor, payment.currency)
        )
    assert snapshot.payment_intent_id is not None
    at = snapshot.charged_at or datetime.now(UTC)
    payment.state, payment.amount_minor = "succeeded", snapshot.amount
    payment.succeeded_at = at
    payment.payment_intent_id = snapshot.payment_intent_id
    payment.charge_id = snapshot.charge_id
    payment.card_brand, payment.card_last4 = snapshot.card_brand, snapshot.card_last4
    brand = snapshot.card_brand or ""
    card = f"{BRANDS.get(brand, brand)} ·· {snapshot.card_last4 or ''}".strip()
    group, cents = payment.order_group_id, payment.amount_minor
    publish(
        session,
        CardPaymentFellShort(payment.id, group, cents, at)
        if fell_short
        else CardPaymentSucceeded(payment.id, group, cents, card, at),
    )
    session.flush()
    # Last, since it locks the balances of accounts that every payment moves: the others wait only for our commit.
    post_journal(
        session,
        card_payment_succeeded(payment_intent=snapshot.payment_intent_id, cents=payment.amount_minor, at=at),
    )


def _shown(minor: int, code: str) -> Money | str:
    """A currency we do not know is shown as the card service counts it."""
    return Money(minor, code) if code in CURRENCIES else f"{minor} {code}"
