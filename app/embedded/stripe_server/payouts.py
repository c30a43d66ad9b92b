"""Payouts to the bank: automatic ones empty what is available and can be itemized; manual ones cannot, as at Stripe."""

from collections.abc import Mapping
from typing import Any

from app.embedded.stripe_server.balance import book, sums
from app.embedded.stripe_server.errors import ApiError, wrong_state
from app.embedded.stripe_server.events import emit
from app.embedded.stripe_server.ids import random_text
from app.embedded.stripe_server.listing import matching, page, within
from app.embedded.stripe_server.params import merged_metadata
from app.embedded.stripe_server.settings import DAY
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work

BANK_ACCOUNT = "ba_1PhsarTestBankAccount0001"
SUBMITTED_AFTER = 60


def create(work: Work, params: Mapping[str, Any]) -> Row:
    """A manual payout. Raises ApiError balance_insufficient."""
    available = sums(work)["available"].get(params["currency"], 0)
    if params["amount"] > available:
        raise ApiError(
            "You have insufficient funds in your Stripe account for this payout: "
            f"{available} minor units of {params['currency']} are available. "
            "Wait until pending money is available, or advance the test clock.",
            code="balance_insufficient",
            param="amount",
            executed=True,
        )
    return _pay_out(work, params["amount"], params["currency"], automatic=False, params=params)


def automatic_payout(work: Work, currency: str) -> None:
    """Pay out all that is available and was in no automatic payout yet."""
    txns = [
        row
        for row in work.rows("balance_transaction")
        if row["status"] == "available" and row["_payout"] is None and row["currency"] == currency
    ]
    amount = sum(row["net"] for row in txns)
    if amount <= 0:
        return
    payout = _pay_out(work, amount, currency, automatic=True, params={})
    for txn_id in (*(row["id"] for row in txns), payout["balance_transaction"]):
        work.edit("balance_transaction", txn_id)["_payout"] = payout["id"]


def _pay_out(work: Work, amount: int, currency: str, *, automatic: bool, params: Mapping[str, Any]) -> Row:
    empty = (
        "application_fee", "application_fee_amount", "failure_balance_transaction", "failure_code", "failure_message",
        "original_payout", "payout_method", "reversed_by",
    )  # fmt: skip
    payout = work.add(
        "payout",
        **dict.fromkeys(empty),
        amount=amount,
        arrival_date=(work.now // DAY + 1) * DAY,
        automatic=automatic,
        balance_transaction=None,
        currency=currency,
        description=params.get("description", "STRIPE PAYOUT" if automatic else None),
        destination=BANK_ACCOUNT,
        metadata=merged_metadata({}, params.get("metadata", {})),
        method="standard",
        reconciliation_status="in_progress" if automatic else "not_applicable",
        source_type="card",
        statement_descriptor=params.get("statement_descriptor"),
        status="pending",
        trace_id={"status": "pending", "value": None},
        type="bank_account",
    )
    payout["balance_transaction"] = book(work, "payout", payout, -amount)["id"]
    emit(work, "payout.created", payout)
    work.schedule(work.now + SUBMITTED_AFTER, "submit_payout", payout["id"])
    work.schedule(payout["arrival_date"], "arrive_payout", payout["id"])
    return payout


def submit_payout(work: Work, payout_id: str) -> None:
    """The bank has it: it cannot be canceled any more, and an automatic one can be itemized."""
    payout = work.edit("payout", payout_id)
    if payout["status"] != "pending":
        return
    payout["status"] = "in_transit"
    emit(work, "payout.updated", payout, {"status": "pending"})
    if payout["automatic"]:
        payout["reconciliation_status"] = "completed"
        emit(work, "payout.reconciliation_completed", payout)


def arrive_payout(work: Work, payout_id: str) -> None:
    submit_payout(work, payout_id)
    payout = work.edit("payout", payout_id)
    if payout["status"] != "in_transit":
        return
    payout |= {"status": "paid", "trace_id": {"status": "supported", "value": random_text(15).upper()}}
    emit(work, "payout.paid", payout)


def cancel(work: Work, _params: Mapping[str, Any], key: str) -> Row:
    payout = work.require_edit("payout", key)
    if payout["status"] != "pending":
        message = f"Payouts can only be canceled while they are pending; this one is {payout['status']}."
        raise wrong_state(message, code="payouts_not_allowed")
    return _take_back(work, payout, "canceled", "payout_cancel")


def fail(work: Work, payout_id: str, failure_code: str) -> Row:
    """The bank sends it back, as for a closed account. Raises ApiError once it was canceled or failed."""
    payout = work.require_edit("payout", payout_id)
    if payout["status"] in ("failed", "canceled"):
        raise wrong_state(f"This payout is already {payout['status']}.", code="payouts_not_allowed")
    payout["failure_code"] = failure_code
    payout["failure_message"] = (
        "The bank account has been closed." if failure_code == "account_closed" else failure_code
    )
    return _take_back(work, payout, "failed", "payout_failure")


def _take_back(work: Work, payout: Row, status: str, kind: str) -> Row:
    payout["status"] = status
    payout["failure_balance_transaction"] = book(work, kind, payout, payout["amount"])["id"]
    emit(work, f"payout.{status}", payout)
    return payout


def update(work: Work, params: Mapping[str, Any], key: str) -> Row:
    payout = work.require_edit("payout", key)
    before = {"metadata": payout["metadata"]}
    payout["metadata"] = merged_metadata(payout["metadata"], params.get("metadata", {}))
    emit(work, "payout.updated", payout, before)
    return payout


def list_payouts(work: Work, params: Mapping[str, Any]) -> Row:
    rows = matching(work.newest("payout"), params, same=("status", "destination"))
    rows = [row for row in rows if within(row["arrival_date"], params.get("arrival_date"))]
    return page(work, "payout", rows, params, "/v1/payouts")
