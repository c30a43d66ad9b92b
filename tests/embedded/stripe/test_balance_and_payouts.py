"""Fees, when money becomes available, and what a payout was made of."""

import pytest
import stripe

from tests.embedded.stripe.conftest import Shop

DAY = 86_400


def test_the_fee_appears_late_and_is_announced(fresh_shop: Shop) -> None:
    shop = fresh_shop
    intent = shop.pay(amount=10_000, expand=["latest_charge"])
    assert intent.latest_charge.balance_transaction is None
    assert shop.api.v1.balance_transactions.list().data == []
    shop.server.advance_clock(2)
    txn = shop.api.v1.charges.retrieve(intent.latest_charge.id, {"expand": ["balance_transaction"]}).balance_transaction
    assert (txn.amount, txn.fee, txn.net, txn.status) == (10_000, 320, 9_680, "pending")
    assert [(detail.amount, detail.type) for detail in txn.fee_details] == [(320, "stripe_fee")]
    update = shop.receiver.wait_for("charge.updated")[0]
    assert update["data"]["object"]["balance_transaction"] == txn.id
    assert update["data"]["previous_attributes"] == {"balance_transaction": None}


@pytest.mark.parametrize(("amount", "fee"), [(50, 31), (1_099, 62), (1_050, 60), (1_051, 60), (99_999_999, 2_900_030)])
def test_the_fee_is_a_percentage_rounded_half_up_plus_a_fixed_part(shop: Shop, amount: int, fee: int) -> None:
    assert shop.settled_charge(amount=amount).balance_transaction.fee == fee


def test_capture_that_waits_for_the_balance_transaction_has_it_at_once(shop: Shop) -> None:
    intent = shop.pay(capture_method="automatic", expand=["latest_charge"])
    assert intent.latest_charge.balance_transaction is not None


def test_an_automatic_payout_lists_exactly_what_it_paid_out(fresh_shop: Shop) -> None:
    shop = fresh_shop
    charge = shop.settled_charge(amount=10_000)
    shop.api.v1.refunds.create({"charge": charge.id, "amount": 1_000})
    shop.settled_charge(amount=5_000)
    balance = shop.api.v1.balance.retrieve()
    assert (balance.available[0].amount, balance.pending[0].amount) == (0, 9_680 - 1_000 + 4_825)
    shop.server.advance_clock(3 * DAY)
    payout = shop.api.v1.payouts.list().data[0]
    assert (payout.amount, payout.automatic, payout.status) == (13_505, True, "paid")
    assert (payout.reconciliation_status, payout.trace_id.status) == ("completed", "supported")
    rows = shop.api.v1.balance_transactions.list({"payout": payout.id}).data
    assert sorted(row.type for row in rows) == ["charge", "charge", "payout", "refund"]
    assert sum(row.net for row in rows) == 0
    assert shop.api.v1.balance.retrieve().available[0].amount == 0
    assert payout.arrival_date % DAY == 0
    assert payout.created % DAY == 0


def test_a_manual_payout_is_limited_by_what_is_available_and_cannot_be_itemized(fresh_shop: Shop) -> None:
    shop = fresh_shop
    shop.settled_charge("pm_card_bypassPending", 10_000)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.v1.payouts.create({"amount": 9_681, "currency": "usd"})
    assert refused.value.code == "balance_insufficient"
    payout = shop.api.v1.payouts.create({"amount": 9_000, "currency": "usd", "metadata": {"batch": "7"}})
    assert (payout.automatic, payout.reconciliation_status) == (False, "not_applicable")
    assert shop.api.v1.balance.retrieve().available[0].amount == 680
    with pytest.raises(stripe.InvalidRequestError, match="automatic transfers, not manual"):
        shop.api.v1.balance_transactions.list({"payout": payout.id})
    shop.server.advance_clock(2 * DAY)
    assert shop.api.v1.payouts.retrieve(payout.id).status == "paid"
    shop.receiver.wait_for("payout.paid")


def test_a_pending_payout_can_be_canceled_and_a_submitted_one_cannot(fresh_shop: Shop) -> None:
    shop = fresh_shop
    shop.settled_charge("pm_card_bypassPending", 10_000)
    payout = shop.api.v1.payouts.create({"amount": 1_000, "currency": "usd"})
    assert shop.api.v1.payouts.cancel(payout.id).status == "canceled"
    assert shop.api.v1.balance.retrieve().available[0].amount == 9_680
    payout = shop.api.v1.payouts.create({"amount": 1_000, "currency": "usd"})
    shop.server.advance_clock(61)
    with pytest.raises(stripe.InvalidRequestError, match="in_transit"):
        shop.api.v1.payouts.cancel(payout.id)


def test_a_payout_the_bank_sends_back_is_available_again(fresh_shop: Shop) -> None:
    shop = fresh_shop
    shop.settled_charge("pm_card_bypassPending", 10_000)
    payout = shop.api.v1.payouts.create({"amount": 1_000, "currency": "usd"})
    shop.server.call("POST", f"payouts/{payout.id}/fail", failure_code="account_closed")
    payout = shop.api.v1.payouts.retrieve(payout.id, {"expand": ["failure_balance_transaction"]})
    assert (payout.status, payout.failure_code) == ("failed", "account_closed")
    assert (payout.failure_balance_transaction.type, payout.failure_balance_transaction.amount) == (
        "payout_failure",
        1_000,
    )
    assert shop.api.v1.balance.retrieve().available[0].amount == 9_680


def test_the_balance_is_the_sum_of_its_transactions_after_a_long_time(fresh_shop: Shop) -> None:
    shop = fresh_shop
    for card in ("pm_card_visa", "pm_card_createDispute", "pm_card_refundFail", "pm_card_bypassPending"):
        charge = shop.settled_charge(card, 7_777)
        if card == "pm_card_refundFail":
            shop.api.v1.refunds.create({"charge": charge.id, "amount": 777})
        shop.server.advance_clock(DAY)
    shop.server.advance_clock(30 * DAY)
    rows = list(shop.api.v1.balance_transactions.list({"limit": 2}).auto_paging_iter())
    balance = shop.api.v1.balance.retrieve()
    assert sum(row.net for row in rows) == balance.available[0].amount + balance.pending[0].amount
    assert len({row.id for row in rows}) == len(rows)


def test_balance_transactions_filter_by_source_type_and_time(shop: Shop) -> None:
    charge = shop.settled_charge()
    refund = shop.api.v1.refunds.create({"charge": charge.id})
    txns = shop.api.v1.balance_transactions
    assert [row.source for row in txns.list({"source": refund.id}).data] == [refund.id]
    assert {row.type for row in txns.list({"type": "refund"}).data} == {"refund"}
    at = charge.balance_transaction.created
    assert txns.list({"source": charge.id, "created": {"gte": at, "lte": at}}).data
    assert not txns.list({"source": charge.id, "created": {"gt": at}}).data
    assert not txns.list({"source": charge.id, "created": {"lt": at}}).data
    assert txns.list({"source": charge.id, "created": at}).data
