"""PaymentIntents: one payment from the wish to pay to the money, through as many cards as it takes.

Source: docs.stripe.com/payments/paymentintents/lifecycle.
"""

from collections.abc import Mapping
from typing import Any

from app.embedded.stripe_server import confirmation, payment_methods
from app.embedded.stripe_server.charges import plan_settlement
from app.embedded.stripe_server.currencies import require_chargeable
from app.embedded.stripe_server.errors import ApiError, wrong_state
from app.embedded.stripe_server.events import emit
from app.embedded.stripe_server.expand import shown
from app.embedded.stripe_server.ids import random_text
from app.embedded.stripe_server.params import merged_metadata
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work

CHANGEABLE = ("requires_payment_method", "requires_confirmation", "requires_action")
CANCELABLE = ("requires_payment_method", "requires_capture", "requires_confirmation", "requires_action")
PLAIN = (
    "description",
    "receipt_email",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)


def create(work: Work, params: Mapping[str, Any]) -> Row:
    """Raises ApiError for an impossible amount, CardError when it is confirmed at once and the card says no."""
    require_chargeable(params["amount"], params["currency"])
    if not params.get("confirm"):
        for name in ("off_session", "return_url", "error_on_requires_action"):
            if name in params:
                message = f"You can only use `{name}` when `confirm` is true: remove it, or confirm at once."
                raise ApiError(message, param=name)
    intent = new_intent(work, params)
    if params.get("payment_method"):
        intent["payment_method"] = payment_methods.resolve(work, params["payment_method"])["id"]
        intent["status"] = "requires_confirmation"
    emit(work, "payment_intent.created", intent)
    if params.get("confirm"):
        confirmation.confirm(work, intent, params)
    return intent


def new_intent(work: Work, params: Mapping[str, Any]) -> Row:
    """An intent without a card yet."""
    automatic = params.get("automatic_payment_methods", {"enabled": "payment_method_types" not in params})
    if automatic["enabled"]:
        automatic = {"allow_redirects": "always"} | automatic
    empty = (
        "application", "application_fee_amount", "canceled_at", "cancellation_reason", "customer", "customer_account",
        "excluded_payment_method_types", "last_payment_error", "latest_charge", "managed_payments", "next_action",
        "on_behalf_of", "payment_method", "payment_method_configuration_details", "processing", "review",
        "setup_future_usage", "source", "transfer_data",
    )  # fmt: skip
    intent = work.add(
        "payment_intent",
        **dict.fromkeys(empty),
        **{name: params.get(name) for name in PLAIN},
        amount=params["amount"],
        amount_capturable=0,
        amount_details={"tip": {}},
        amount_received=0,
        automatic_payment_methods=automatic if automatic["enabled"] else None,
        capture_method=params.get("capture_method", "automatic_async"),
        confirmation_method="automatic",
        currency=params["currency"],
        metadata=merged_metadata({}, params.get("metadata", {})),
        payment_method_options={"card": {"installments": None, "mandate_options": None, "network": None,
                                         "request_three_d_secure": "automatic"}},
        payment_method_types=params.get("payment_method_types", ["card"]),
        status="requires_payment_method",
        _session=None,
    )  # fmt: skip
    intent["client_secret"] = f"{intent['id']}_secret_{random_text(25)}"
    return intent


def _unexpected(work: Work, intent: Row, message: str) -> ApiError:
    snapshot = shown(work, intent, [])
    return wrong_state(message, code="payment_intent_unexpected_state", payment_intent=snapshot)


def update(work: Work, params: Mapping[str, Any], key: str) -> Row:
    """Raises ApiError when amount, currency or card would change after the payment is done."""
    intent = work.require_edit("payment_intent", key)
    fixed = [name for name in params if name not in ("metadata", "description")]
    if fixed and intent["status"] not in CHANGEABLE:
        message = (
            f"This PaymentIntent's {fixed[0]} could not be updated because it has a status of {intent['status']}. "
            f"You may only update the {fixed[0]} of a PaymentIntent with one of the following statuses: "
            f"{', '.join(CHANGEABLE)}."
        )
        raise _unexpected(work, intent, message)
    amount, currency = params.get("amount", intent["amount"]), params.get("currency", intent["currency"])
    require_chargeable(amount, currency)
    intent |= {"amount": amount, "currency": currency} | {name: params[name] for name in PLAIN if name in params}
    intent["metadata"] = merged_metadata(intent["metadata"], params.get("metadata", {}))
    if params.get("payment_method"):
        intent["payment_method"] = payment_methods.resolve(work, params["payment_method"])["id"]
        intent |= {"status": "requires_confirmation", "next_action": None}
    return intent


def confirm(work: Work, params: Mapping[str, Any], key: str) -> Row:
    """Raises ApiError in the wrong state or without a card, CardError when the card says no."""
    intent = work.require_edit("payment_intent", key)
    if intent["status"] not in CHANGEABLE:
        known = {
            "succeeded": "it has already succeeded after being previously confirmed.",
            "canceled": "it has a status of canceled.",
        }
        reason = known.get(intent["status"], f"it has a status of {intent['status']}.")
        raise _unexpected(work, intent, f"You cannot confirm this PaymentIntent because {reason}")
    if params.get("payment_method"):
        intent["payment_method"] = payment_methods.resolve(work, params["payment_method"])["id"]
    if intent["payment_method"] is None:
        message = (
            "You cannot confirm this PaymentIntent because it's missing a payment method. "
            "Update the PaymentIntent with a payment method and then confirm it again."
        )
        raise _unexpected(work, intent, message)
    return confirmation.confirm(work, intent, params)


def cancel(work: Work, params: Mapping[str, Any], key: str) -> Row:
    """Raises ApiError when paid or canceled already, or when a Checkout Session owns the intent."""
    intent = work.require_edit("payment_intent", key)
    if intent["status"] not in CANCELABLE:
        message = (
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. "
            f"Only a PaymentIntent with one of the following statuses may be canceled: {', '.join(CANCELABLE)}."
        )
        raise _unexpected(work, intent, message)
    if intent["_session"] and intent["status"] != "requires_capture":
        message = "You cannot cancel the PaymentIntent of a Checkout Session. Expire the Checkout Session instead."
        raise _unexpected(work, intent, message)
    return cancel_intent(work, intent, params.get("cancellation_reason"))


def cancel_intent(work: Work, intent: Row, reason: str | None) -> Row:
    """Void what was authorized and end the intent."""
    if intent["status"] == "requires_capture":
        charge = work.edit("charge", intent["latest_charge"])
        charge |= {"amount_refunded": charge["amount"], "refunded": True}
        emit(work, "charge.refunded", charge, {"amount_refunded": 0, "refunded": False})
    intent |= {
        "amount_capturable": 0,
        "canceled_at": work.now,
        "cancellation_reason": reason,
        "next_action": None,
        "status": "canceled",
    }
    emit(work, "payment_intent.canceled", intent)
    return intent


def expire_authorization(work: Work, intent_id: str) -> None:
    """Banks let go of an uncaptured authorization after seven days."""
    intent = work.edit("payment_intent", intent_id)
    if intent["status"] == "requires_capture":
        charge = work.edit("charge", intent["latest_charge"])
        emit(work, "charge.expired", charge)
        cancel_intent(work, intent, "automatic")


def capture(work: Work, params: Mapping[str, Any], key: str) -> Row:
    """Take the authorized money, or part of it; the rest is let go."""
    intent = work.require_edit("payment_intent", key)
    if intent["status"] != "requires_capture":
        message = (
            f"This PaymentIntent could not be captured because it has a status of {intent['status']}. "
            "Only a PaymentIntent with one of the following statuses may be captured: requires_capture."
        )
        raise _unexpected(work, intent, message)
    amount = params.get("amount_to_capture", intent["amount_capturable"])
    if amount > intent["amount_capturable"]:
        message = "The amount to capture is greater than the amount that was authorized for this PaymentIntent."
        raise ApiError(message, code="amount_too_large", param="amount_to_capture", executed=True)
    charge = work.edit("charge", intent["latest_charge"])
    charge |= {"captured": True, "amount_captured": amount}
    intent["metadata"] = merged_metadata(intent["metadata"], params.get("metadata", {}))
    intent |= {"amount_capturable": 0, "amount_received": amount, "status": "succeeded"}
    plan_settlement(work, charge, at_once=False)
    emit(work, "charge.captured", charge)
    emit(work, "payment_intent.succeeded", intent)
    return intent
