"""A cardholder's complaint: the money leaves at once and comes back only when the dispute is won."""

import pytest
import stripe

from tests.embedded.stripe.conftest import Shop

DAY = 86_400


def disputed(
    shop: Shop, card: str = "pm_card_createDispute", amount: int = 10_000
) -> tuple[stripe.Charge, stripe.Dispute]:
    charge = shop.settled_charge(card, amount)
    dispute = shop.api.v1.disputes.list({"charge": charge.id}).data[0]
    return charge, dispute


def test_the_dispute_card_takes_the_money_and_a_fee(shop: Shop) -> None:
    charge, dispute = disputed(shop)
    assert (dispute.status, dispute.reason, dispute.amount) == ("needs_response", "fraudulent", 10_000)
    withdrawal = dispute.balance_transactions[0]
    assert (withdrawal.type, withdrawal.reporting_category) == ("adjustment", "dispute")
    assert (withdrawal.amount, withdrawal.fee, withdrawal.net) == (-10_000, 1_500, -11_500)
    assert shop.api.v1.charges.retrieve(charge.id).disputed
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.v1.refunds.create({"charge": charge.id})
    assert refused.value.code == "charge_disputed"
    created = shop.receiver.wait_for("charge.dispute.created")[-1]
    assert created["data"]["object"]["id"] == dispute.id
    shop.receiver.wait_for("charge.dispute.funds_withdrawn")


def test_winning_evidence_brings_the_money_back_but_not_the_fee(shop: Shop) -> None:
    _, dispute = disputed(shop)
    dispute = shop.api.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "winning_evidence"}})
    assert (dispute.status, dispute.evidence_details.submission_count) == ("under_review", 1)
    shop.server.advance_clock(3)
    dispute = shop.api.v1.disputes.retrieve(dispute.id)
    assert dispute.status == "won"
    assert [row.net for row in dispute.balance_transactions] == [-11_500, 10_000]
    closed = [event["data"]["object"]["id"] for event in shop.receiver.wait_for("charge.dispute.closed")]
    assert dispute.id in closed
    shop.receiver.wait_for("charge.dispute.funds_reinstated")


def test_losing_evidence_loses_it_and_nothing_more_moves(shop: Shop) -> None:
    _, dispute = disputed(shop)
    shop.api.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": "losing_evidence"}})
    shop.server.advance_clock(3)
    dispute = shop.api.v1.disputes.retrieve(dispute.id)
    assert (dispute.status, len(dispute.balance_transactions)) == ("lost", 1)
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        shop.api.v1.disputes.close(dispute.id)


def test_evidence_can_be_gathered_before_it_is_submitted(shop: Shop) -> None:
    _, dispute = disputed(shop, "pm_card_createDisputeProductNotReceived")
    dispute = shop.api.v1.disputes.update(
        dispute.id, {"evidence": {"shipping_tracking_number": "KP 8812"}, "submit": False}
    )
    assert (dispute.status, dispute.evidence_details.has_evidence) == ("needs_response", True)


def test_an_unanswered_dispute_is_lost_when_its_time_is_up(fresh_shop: Shop) -> None:
    _, dispute = disputed(fresh_shop)
    fresh_shop.server.advance_clock(10 * DAY)
    assert fresh_shop.api.v1.disputes.retrieve(dispute.id).status == "lost"


def test_an_inquiry_moves_no_money_and_can_be_refunded(shop: Shop) -> None:
    charge, dispute = disputed(shop, "pm_card_createDisputeInquiry")
    assert (dispute.status, dispute.balance_transactions) == ("warning_needs_response", [])
    assert shop.api.v1.refunds.create({"charge": charge.id}).status == "succeeded"
    shop.server.call("POST", f"disputes/{dispute.id}/close", outcome="won")
    assert shop.api.v1.disputes.retrieve(dispute.id).status == "warning_closed"


def test_any_charge_can_be_disputed_on_demand_and_decided(shop: Shop) -> None:
    charge = shop.settled_charge()
    dispute = shop.server.call("POST", "disputes", charge=charge.id, reason="duplicate")
    assert (dispute["reason"], dispute["status"]) == ("duplicate", "needs_response")
    assert shop.server.call("POST", f"disputes/{dispute['id']}/close", outcome="won")["status"] == "won"
