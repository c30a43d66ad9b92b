"""Taking a person out of a card payment. Amounts, dates and the card service's own codes stay: the books name them."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.onramp.models import CardPayment, WebhookEvent

PERSONAL = frozenset(
    {"billing_details", "customer_details", "customer_email", "email", "name", "payment_method_details",
     "phone", "receipt_email", "receipt_url", "shipping", "shipping_details", "collected_information", "evidence"}
)  # fmt: skip
"""Fields of Stripe's objects that hold somebody's data."""


def forget_payer(session: Session, order_group_ids: Collection[UUID]) -> None:
    """In the payment and in the messages about it. What the card service itself keeps is not ours to erase."""
    payments = select(CardPayment).where(CardPayment.order_group_id.in_(order_group_ids)).order_by(CardPayment.id)
    codes: set[str] = set()
    for payment in session.scalars(payments.with_for_update()):
        payment.email = ""
        codes |= {code for code in (payment.session_id, payment.payment_intent_id, payment.charge_id) if code}
    if codes:
        target = WebhookEvent.payload["data"]["object"]
        named = or_(*(target[field].astext.in_(codes) for field in ("id", "payment_intent", "charge")))
        for event in session.scalars(select(WebhookEvent).where(named)):
            event.payload = without_people(event.payload)
    session.flush()


def without_people(value: Any) -> Any:
    """The same JSON with the fields of people emptied, at any depth."""
    if isinstance(value, dict):
        return {key: None if key in PERSONAL else without_people(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_people(inner) for inner in value]
    return value
