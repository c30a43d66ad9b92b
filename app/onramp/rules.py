"""What is kept of the card service's messages."""

from typing import Any

WEBHOOK_EVENTS = (
    "checkout.session.completed", "checkout.session.expired", "payment_intent.payment_failed",
    "charge.updated", "charge.refunded", "refund.created", "refund.updated", "refund.failed",
    "charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed",
    "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated", "payout.paid", "payout.failed",
)  # fmt: skip
"""What the market asks Stripe to be told of. All else that may come is kept, and nothing is done about it."""
CHARGE_DISPUTED = "charge_disputed"
"""Stripe's code for a refund it refuses because the cardholder's bank has taken the payment back."""
PERSONAL = frozenset(
    {"billing_details", "customer_details", "customer_email", "email", "name", "payment_method_details",
     "phone", "receipt_email", "receipt_url", "shipping", "shipping_details", "collected_information", "evidence"}
)  # fmt: skip
"""Fields of Stripe's objects that hold somebody's data."""


def without_people(value: Any) -> Any:
    """The same JSON with the fields of people emptied, at any depth; ids, amounts and dates stay: the books name them."""
    if isinstance(value, dict):
        return {key: None if key in PERSONAL else without_people(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [without_people(inner) for inner in value]
    return value
