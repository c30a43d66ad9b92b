"""Money back to the card: part or whole, never more than was paid."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from tests.embedded.stripe.conftest import Shop

DAY = 86_400


def test_several_partial_refunds_add_up_and_the_next_is_refused(shop: Shop) -> None:
    charge = shop.settled_charge(amount=1_000)
    for amount in (300, 200, 500):
        refund = shop.api.v1.refunds.create({"charge": charge.id, "amount": amount, "reason": "requested_by_customer"})
        assert (refund.status, refund.amount) == ("succeeded", amount)
        txn = shop.api.v1.balance_transactions.retrieve(refund.balance_transaction)
        assert (txn.type, txn.amount, txn.fee, txn.net, txn.source) == ("refund", -amount, 0, -amount, refund.id)
    charge = shop.api.v1.charges.retrieve(charge.id)
    assert (charge.refunded, charge.amount_refunded) == (True, 1_000)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.v1.refunds.create({"charge": charge.id, "amount": 1})
    assert refused.value.code == "charge_already_refunded"


def test_a_refund_of_more_than_is_left_is_refused_and_changes_nothing(shop: Shop) -> None:
    charge = shop.settled_charge(amount=1_000)
    shop.api.v1.refunds.create({"charge": charge.id, "amount": 400})
    with pytest.raises(stripe.InvalidRequestError, match=r"\(\$6\.01\) is greater than .* \(\$6\.00\)"):
        shop.api.v1.refunds.create({"payment_intent": charge.payment_intent, "amount": 601})
    assert shop.api.v1.charges.retrieve(charge.id).amount_refunded == 400


def test_eight_refunds_at_once_give_back_no_more_than_was_paid(shop: Shop) -> None:
    charge = shop.settled_charge(amount=1_000)

    def ask(_: int) -> int:
        try:
            return shop.server.client().v1.refunds.create({"charge": charge.id, "amount": 300}).amount
        except stripe.InvalidRequestError:
            return 0

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(ask, range(8))) == 900
    assert shop.api.v1.charges.retrieve(charge.id).amount_refunded == 900


def test_a_refund_without_an_amount_gives_back_what_is_left(shop: Shop) -> None:
    intent = shop.pay(amount=1_000)
    shop.api.v1.refunds.create({"payment_intent": intent.id, "amount": 250})
    assert shop.api.v1.refunds.create({"payment_intent": intent.id}).amount == 750
    listed = shop.api.v1.refunds.list({"payment_intent": intent.id}).data
    assert [refund.amount for refund in listed] == [750, 250]
    assert len(shop.api.v1.charges.retrieve(intent.latest_charge, {"expand": ["refunds"]}).refunds.data) == 2


def test_a_refund_before_the_charge_settled_gets_its_balance_transaction_afterwards(fresh_shop: Shop) -> None:
    shop = fresh_shop
    intent = shop.pay(amount=1_000)
    refund = shop.api.v1.refunds.create({"payment_intent": intent.id})
    assert refund.balance_transaction is None
    shop.server.advance_clock(2)
    rows = shop.api.v1.balance_transactions.list().data
    assert [(row.type, row.amount, row.fee) for row in rows] == [("refund", -1_000, 0), ("charge", 1_000, 59)]
    assert shop.api.v1.refunds.retrieve(refund.id).balance_transaction == rows[0].id


@pytest.mark.parametrize("params", [{}, {"charge": "ch_1", "payment_intent": "pi_1"}, {"charge": "ch_missing"}])
def test_a_refund_names_exactly_one_existing_payment(shop: Shop, params: dict[str, Any]) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        shop.api.v1.refunds.create(params)


def test_an_unpaid_intent_has_nothing_to_refund(shop: Shop) -> None:
    intent = shop.api.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        shop.api.v1.refunds.create({"payment_intent": intent.id})


def test_a_refund_that_fails_later_puts_the_money_back_on_the_charge(shop: Shop) -> None:
    charge = shop.settled_charge("pm_card_refundFail", 1_000)
    refund = shop.api.v1.refunds.create({"charge": charge.id})
    assert refund.status == "succeeded"
    shop.server.advance_clock(5)
    refund = shop.api.v1.refunds.retrieve(refund.id, {"expand": ["failure_balance_transaction"]})
    assert (refund.status, refund.failure_balance_transaction.amount) == ("failed", 1_000)
    charge = shop.api.v1.charges.retrieve(charge.id)
    assert (charge.amount_refunded, charge.refunded) == (0, False)
    assert shop.receiver.wait_for("refund.failed")[-1]["data"]["object"]["id"] == refund.id


def test_a_pending_refund_succeeds_later(shop: Shop) -> None:
    charge = shop.settled_charge("pm_card_pendingRefund", 1_000)
    refund = shop.api.v1.refunds.create({"charge": charge.id})
    assert refund.status == "pending"
    shop.server.advance_clock(5)
    assert shop.api.v1.refunds.retrieve(refund.id).status == "succeeded"
