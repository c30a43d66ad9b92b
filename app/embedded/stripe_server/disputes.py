"""Disputes: the money leaves at once with a fee, and comes back if won. Source: docs.stripe.com/disputes."""

from collections.abc import Mapping
from typing import Any

from app.embedded.stripe_server.balance import book
from app.embedded.stripe_server.charges import settled_availability
from app.embedded.stripe_server.errors import ApiError, wrong_state
from app.embedded.stripe_server.events import emit, public
from app.embedded.stripe_server.params import merged_metadata
from app.embedded.stripe_server.payment_methods import test_card
from app.embedded.stripe_server.settings import DAY
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work

EVIDENCE = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
]
NETWORK_REASONS = {"fraudulent": "10.4", "product_not_received": "13.1"}
REASONS = (
    "credit_not_processed", "duplicate", "fraudulent", "general", "product_not_received", "product_unacceptable",
    "subscription_canceled", "unrecognized",
)  # fmt: skip
ANSWER_WITHIN = 9 * DAY
# Stripe's own magic texts: what `uncategorized_text` decides in test mode.
VERDICTS = {"winning_evidence": "won", "losing_evidence": "lost"}
OPEN = ("needs_response", "under_review", "warning_needs_response", "warning_under_review")


def open_dispute(work: Work, charge_id: str, reason: str | None = None) -> Row:
    """The cardholder disputes the charge. Raises ApiError when it is disputed already or has nothing left."""
    charge = work.require_edit("charge", charge_id, param="charge", status=400)
    if charge["disputed"] or charge["balance_transaction"] is None or charge["refunded"]:
        raise wrong_state(
            f"Charge {charge_id} cannot be disputed: it is disputed or refunded already, or has not settled yet.",
            code="charge_not_refundable",
        )
    reason = reason or test_card(work.require("payment_method", charge["payment_method"])).dispute or "general"
    inquiry = reason == "inquiry"
    charge |= {"disputed": True, "_inquiry": inquiry}
    dispute = _new_dispute(work, charge, "general" if inquiry else reason, inquiry=inquiry)
    if not inquiry:
        _withdraw(work, dispute, charge)
    emit(work, "charge.dispute.created", dispute)
    if not inquiry:
        emit(work, "charge.dispute.funds_withdrawn", dispute)
    work.schedule(dispute["evidence_details"]["due_by"], "lapse_dispute", dispute["id"])
    return dispute


def _new_dispute(work: Work, charge: Row, reason: str, *, inquiry: bool) -> Row:
    brand = charge["payment_method_details"]["card"]["brand"]
    return work.add(
        "dispute",
        amount=charge["amount_captured"] - charge["amount_refunded"],
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        enhanced_eligibility_types=[],
        evidence=dict.fromkeys(EVIDENCE) | {"enhanced_evidence": {}},
        evidence_details={
            "due_by": work.now + ANSWER_WITHIN,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        is_charge_refundable=inquiry,
        metadata={},
        payment_intent=charge["payment_intent"],
        payment_method_details={
            "card": {
                "brand": brand,
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": brand,
                "network_reason_code": NETWORK_REASONS.get(reason, "10.4"),
            },
            "type": "card",
        },
        reason=reason,
        status="warning_needs_response" if inquiry else "needs_response",
    )


def _withdraw(work: Work, dispute: Row, charge: Row) -> None:
    txn = book(
        work,
        "adjustment",
        dispute,
        -dispute["amount"],
        category="dispute",
        fee_minor=work.settings.dispute_fee_minor,
        fee_text="Dispute fee",
        available_on=settled_availability(work, charge),
        description=f"Chargeback withdrawal for {charge['id']}",
    )
    dispute["balance_transactions"].append(public(txn))


def _reinstate(work: Work, dispute: Row) -> None:
    txn = book(
        work,
        "adjustment",
        dispute,
        dispute["amount"],
        category="dispute_reversal",
        description=f"Chargeback reversal for {dispute['charge']}",
    )
    dispute["balance_transactions"].append(public(txn))


def close(work: Work, dispute_id: str, outcome: str) -> Row:
    """The bank decides, or we give in. A won dispute brings the amount back; the fee stays with Stripe."""
    dispute = work.require_edit("dispute", dispute_id)
    if dispute["status"] not in OPEN:
        raise wrong_state(f"This dispute is already closed: {dispute['status']}.", code="status_transition_invalid")
    inquiry = dispute["status"].startswith("warning")
    before = {"status": dispute["status"]}
    dispute["status"] = "warning_closed" if inquiry else outcome
    if outcome == "won" and not inquiry:
        _reinstate(work, dispute)
        dispute["is_charge_refundable"] = False
        emit(work, "charge.dispute.funds_reinstated", dispute)
    emit(work, "charge.dispute.closed", dispute, before)
    return dispute


def lapse_dispute(work: Work, dispute_id: str) -> None:
    """No answer in time loses it; one in review is left to the bank."""
    if work.require("dispute", dispute_id)["status"].endswith("needs_response"):
        work.edit("dispute", dispute_id)["evidence_details"]["past_due"] = True
        close(work, dispute_id, "lost")


def decide_dispute(work: Work, dispute_id: str) -> None:
    """What the submitted evidence says, by Stripe's magic texts; other evidence stays in review."""
    dispute = work.require("dispute", dispute_id)
    verdict = VERDICTS.get(dispute["evidence"]["uncategorized_text"] or "")
    if verdict and dispute["status"] in OPEN:
        close(work, dispute_id, verdict)


def update(work: Work, params: Mapping[str, Any], key: str) -> Row:
    """Add evidence and, unless `submit` is false, hand it to the bank."""
    dispute = work.require_edit("dispute", key)
    if dispute["status"] not in OPEN:
        raise ApiError(f"This dispute is already closed: {dispute['status']}.", executed=True)
    dispute["metadata"] = merged_metadata(dispute["metadata"], params.get("metadata", {}))
    if evidence := params.get("evidence"):
        dispute["evidence"] |= evidence
        dispute["evidence_details"]["has_evidence"] = any(dispute["evidence"][name] for name in EVIDENCE)
        if params.get("submit", True):
            dispute["evidence_details"]["submission_count"] += 1
            dispute["status"] = dispute["status"].replace("needs_response", "under_review")
            work.schedule(work.now + work.settings.settle_after, "decide_dispute", key)
    emit(work, "charge.dispute.updated", dispute, {})
    return dispute


def concede(work: Work, _params: Mapping[str, Any], key: str) -> Row:
    return close(work, key, "lost")
