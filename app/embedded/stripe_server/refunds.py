"""Refunds: part or whole, several per charge, never more than was taken."""

from collections.abc import Mapping
from typing import Any

from app.embedded.stripe_server.balance import book
from app.embedded.stripe_server.charges import settled_availability
from app.embedded.stripe_server.currencies import shown
from app.embedded.stripe_server.errors import ApiError, no_such, wrong_state
from app.embedded.stripe_server.events import emit
from app.embedded.stripe_server.listing import matching, page
from app.embedded.stripe_server.params import merged_metadata
from app.embedded.stripe_server.payment_methods import test_card
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work


def create(work: Work, params: Mapping[str, Any]) -> Row:
    """Raises ApiError when the charge is unpaid, disputed, already refunded, or has less left than asked for."""
    charge = _charge_of(work, params)
    left = charge["amount_captured"] - charge["amount_refunded"]
    amount = params.get("amount", left)
    _require_refundable(charge, amount, left)
    card = test_card(work.require("payment_method", charge["payment_method"]))
    refund = work.add(
        "refund",
        amount=amount,
        balance_transaction=None,
        charge=charge["id"],
        currency=charge["currency"],
        customer=None,
        customer_account=None,
        destination_details={"card": {"type": "refund"}, "type": "card"},
        metadata=merged_metadata({}, params.get("metadata", {})),
        payment_intent=charge["payment_intent"],
        payment_method=charge["payment_method"],
        reason=params.get("reason"),
        receipt_number=None,
        source_transfer_reversal=None,
        status="pending" if card.refund == "pending" else "succeeded",
        transfer_reversal=None,
    )
    refund.pop("livemode")
    before = {"amount_refunded": charge["amount_refunded"], "refunded": charge["refunded"]}
    _count(charge, amount)
    if charge["balance_transaction"]:
        _book(work, refund, charge)
    emit(work, "refund.created", refund)
    emit(work, "charge.refunded", charge, before)
    if card.refund:
        task = "fail_refund" if card.refund == "failed" else "finish_refund"
        work.schedule(work.now + work.settings.settle_after + 1, task, refund["id"])
    return refund


def _charge_of(work: Work, params: Mapping[str, Any]) -> Row:
    if ("charge" in params) == ("payment_intent" in params):
        raise ApiError("One of the following params should be provided for this request: charge or payment_intent.")
    if charge_id := params.get("charge"):
        return work.require_edit("charge", charge_id, param="charge", status=400)
    intent = work.require("payment_intent", params["payment_intent"], param="payment_intent", status=400)
    charge_id = intent["latest_charge"]
    if charge_id is None or work.require("charge", charge_id)["status"] != "succeeded":
        raise wrong_state(
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund.",
            code="payment_intent_unexpected_state",
        )
    return work.edit("charge", charge_id)


def _require_refundable(charge: Row, amount: int, left: int) -> None:
    if charge["status"] != "succeeded" or not charge["captured"]:
        message = (
            f"Charge {charge['id']} has not been captured, so there is nothing to refund. Cancel its PaymentIntent."
        )
        raise wrong_state(message, code="charge_not_refundable")
    if charge["refunded"]:
        raise wrong_state(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    if charge["disputed"] and not charge.get("_inquiry"):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise wrong_state(message, code="charge_disputed")
    if amount > left:
        asked, rest = shown(amount, charge["currency"]), shown(left, charge["currency"])
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})"
        raise ApiError(message, param="amount", executed=True)


def _count(charge: Row, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]


def _book(work: Work, refund: Row, charge: Row) -> None:
    available_on = settled_availability(work, charge)
    text = "REFUND FOR CHARGE" + (f" ({charge['description']})" if charge["description"] else "")
    txn = book(work, "refund", refund, -refund["amount"], available_on=available_on, description=text)
    refund["balance_transaction"] = txn["id"]


def settle_refunds(work: Work, charge_id: str) -> None:
    """Refunds made before the charge settled get their balance transactions now."""
    charge = work.require("charge", charge_id)
    for row in list(work.rows("refund")):
        if row["charge"] == charge_id and row["balance_transaction"] is None and row["status"] != "failed":
            refund = work.edit("refund", row["id"])
            _book(work, refund, charge)
            _announce(work, refund, {"balance_transaction": None})


def _announce(work: Work, refund: Row, before: Row) -> None:
    emit(work, "refund.updated", refund, before)
    emit(work, "charge.refund.updated", refund, before)


def finish_refund(work: Work, refund_id: str) -> None:
    refund = work.edit("refund", refund_id)
    refund["status"] = "succeeded"
    _announce(work, refund, {"status": "pending"})


def fail_refund(work: Work, refund_id: str) -> None:
    """The bank sends a refund back: the money returns to our balance and the charge counts as less refunded."""
    refund = work.edit("refund", refund_id)
    charge = work.edit("charge", refund["charge"])
    before = {"status": refund["status"]}
    refund |= {"status": "failed", "failure_reason": "unknown", "failure_balance_transaction": None}
    _count(charge, -refund["amount"])
    if refund["balance_transaction"]:
        available_on = settled_availability(work, charge)
        text = "REFUND FAILURE"
        txn = book(work, "refund_failure", refund, refund["amount"], available_on=available_on, description=text)
        refund["failure_balance_transaction"] = txn["id"]
    emit(work, "refund.failed", refund)
    _announce(work, refund, before)


def update(work: Work, params: Mapping[str, Any], key: str) -> Row:
    refund = work.require_edit("refund", key)
    before = {"metadata": refund["metadata"]}
    refund["metadata"] = merged_metadata(refund["metadata"], params.get("metadata", {}))
    _announce(work, refund, before)
    return refund


def list_of_charge(work: Work, params: Mapping[str, Any], key: str) -> Row:
    work.require("charge", key)
    rows = matching(work.newest("refund"), {"charge": key}, same=("charge",))
    return page(work, "refund", rows, params, f"/v1/charges/{key}/refunds")


def retrieve_of_charge(work: Work, _params: Mapping[str, Any], key: str, refund_id: str) -> Row:
    row = work.require("refund", refund_id)
    if row["charge"] != key:
        raise no_such("refund", refund_id)
    return row
