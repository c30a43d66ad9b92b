"""Charges: one attempt to take money from a card, and what follows from it later."""

from collections.abc import Mapping
from typing import Any

from app.embedded.stripe_server.balance import availability, book
from app.embedded.stripe_server.cards import Decline
from app.embedded.stripe_server.events import emit
from app.embedded.stripe_server.params import merged_metadata
from app.embedded.stripe_server.payment_methods import test_card
from app.embedded.stripe_server.settings import DAY
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work

AUTHORIZATION_DAYS = 7
NO_FEATURE = {"status": "unavailable"}


def attempt(work: Work, intent: Row, method: Row, *, challenged: bool, decline: Decline | None) -> Row:
    """Charge the card of the intent: a succeeded charge, or a failed one with the reason in it."""
    capture = intent["capture_method"] != "manual"
    charge = work.add(
        "charge",
        **_always(intent, method),
        amount_captured=intent["amount"] if capture and not decline else 0,
        captured=capture and not decline,
        failure_code=decline.code if decline else None,
        failure_message=decline.message if decline else None,
        outcome=_outcome(decline),
        paid=not decline,
        payment_method_details={"card": _card_details(intent, method, challenged=challenged), "type": "card"},
        status="failed" if decline else "succeeded",
    )
    charge["receipt_url"] = None if decline else f"{work.base_url}/receipts/{charge['id']}"
    emit(work, "charge.failed" if decline else "charge.succeeded", charge)
    if not decline and capture:
        plan_settlement(work, charge, at_once=intent["capture_method"] == "automatic")
    elif not decline:
        work.schedule(work.now + AUTHORIZATION_DAYS * DAY, "expire_authorization", intent["id"])
    return charge


def _always(intent: Row, method: Row) -> Row:
    """What the attempt takes over from intent and card, whatever its outcome."""
    copied = (
        "amount", "currency", "customer", "description", "receipt_email", "shipping", "statement_descriptor",
        "transfer_group",
    )  # fmt: skip
    empty = (
        "application", "application_fee", "application_fee_amount", "balance_transaction",
        "failure_balance_transaction", "on_behalf_of", "receipt_number", "review", "source", "source_transfer",
        "transfer_data",
    )  # fmt: skip
    return (
        {name: intent[name] for name in copied}
        | dict.fromkeys(empty)
        | {
            "amount_refunded": 0,
            "billing_details": method["billing_details"],
            "calculated_statement_descriptor": (intent["statement_descriptor"] or "PHSAR TEST MODE").upper(),
            "disputed": False,
            "fraud_details": {},
            "metadata": dict(intent["metadata"]),
            "payment_intent": intent["id"],
            "payment_method": method["id"],
            "refunded": False,
            "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        }
    )


def _outcome(decline: Decline | None) -> Row:
    fields: Row = dict.fromkeys(("advice_code", "network_advice_code", "network_decline_code", "reason"))
    if decline is None:
        return fields | {
            "network_status": "approved_by_network",
            "risk_level": "normal",
            "risk_score": 5,
            "seller_message": "Payment complete.",
            "type": "authorized",
        }
    return fields | {
        "network_status": "declined_by_network",
        "reason": decline.decline_code,
        "risk_level": "normal",
        "risk_score": 5,
        "seller_message": f"The bank returned the decline code `{decline.decline_code}`.",
        "type": "issuer_declined",
    }


def _card_details(intent: Row, method: Row, *, challenged: bool) -> Row:
    card = method["card"]
    same = (
        "brand",
        "checks",
        "country",
        "exp_month",
        "exp_year",
        "fingerprint",
        "funding",
        "last4",
        "regulated_status",
    )
    secure = {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": method["id"],
        "version": "2.2.0",
    }
    return {name: card[name] for name in same} | {
        "amount_authorized": intent["amount"],
        "authorization_code": "123456",
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": NO_FEATURE,
        "installments": None,
        "mandate": None,
        "multicapture": NO_FEATURE,
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": method["id"].removeprefix("pm_")[:15],
        "regulated_status": card["regulated_status"],
        "overcapture": NO_FEATURE | {"maximum_amount_capturable": intent["amount"]},
        "three_d_secure": secure if challenged else None,
        "transaction_link_id": None,
        "wallet": None,
    }


def plan_settlement(work: Work, charge: Row, *, at_once: bool) -> None:
    """`automatic` capture waits for the balance transaction; the default `automatic_async` answers without it."""
    if at_once:
        settle(work, charge["id"])
    else:
        work.schedule(work.now + work.settings.settle_after, "settle", charge["id"])


def settle(work: Work, charge_id: str) -> None:
    """The balance transaction with the fee appears, and with it the charge's late consequences."""
    charge = work.edit("charge", charge_id)
    if charge["balance_transaction"] is not None or not charge["captured"]:
        return
    card = test_card(work.require("payment_method", charge["payment_method"]))
    txn = book(
        work,
        "charge",
        charge,
        charge["amount_captured"],
        fee_minor=work.settings.payment_fee_minor(charge["amount_captured"]),
        available_on=work.now if card.available_at_once else availability(work),
    )
    charge["balance_transaction"] = txn["id"]
    emit(work, "charge.updated", charge, {"balance_transaction": None})
    work.schedule(work.now, "settle_refunds", charge_id)
    if card.dispute:
        work.schedule(work.now, "open_dispute", charge_id)


def settled_availability(work: Work, charge: Row) -> int:
    """Money that leaves because of this charge leaves when the charge's own money is there, never before."""
    txn = work.get("balance_transaction", charge["balance_transaction"])
    return txn["available_on"] if txn else work.now


def update(work: Work, params: Mapping[str, Any], key: str) -> Row:
    charge = work.require_edit("charge", key)
    before = {key: charge[key] for key in params}
    charge["metadata"] = merged_metadata(charge["metadata"], params.get("metadata", {}))
    charge |= {key: value for key, value in params.items() if key != "metadata"}
    emit(work, "charge.updated", charge, before)
    return charge
