"""Lists come newest first, page by cursor, and lose or repeat nothing."""

from typing import Any

import pytest
import stripe

from tests.embedded.stripe.conftest import Shop


@pytest.fixture(scope="module")
def intents(module_shop: Shop) -> list[str]:
    """Seven intents, newest first."""
    api = module_shop.api.v1.payment_intents
    return [api.create({"amount": 100 + number, "currency": "usd"}).id for number in range(7)][::-1]


def test_pages_forward_hold_everything_once(shop: Shop, intents: list[str]) -> None:
    first = shop.api.v1.payment_intents.list({"limit": 3})
    assert ([row.id for row in first.data], first.has_more) == (intents[:3], True)
    last = shop.api.v1.payment_intents.list({"limit": 4, "starting_after": intents[2]})
    assert ([row.id for row in last.data], last.has_more) == (intents[3:], False)
    assert [row.id for row in shop.api.v1.payment_intents.list({"limit": 2}).auto_paging_iter()] == intents


def test_pages_backward_stand_in_the_same_order(shop: Shop, intents: list[str]) -> None:
    page = shop.api.v1.payment_intents.list({"limit": 2, "ending_before": intents[5]})
    assert ([row.id for row in page.data], page.has_more) == (intents[3:5], True)
    page = shop.api.v1.payment_intents.list({"limit": 10, "ending_before": intents[2]})
    assert ([row.id for row in page.data], page.has_more) == (intents[:2], False)


def test_a_cursor_that_does_not_exist_is_refused(shop: Shop) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        shop.api.v1.payment_intents.list({"starting_after": "pi_missing"})
    assert (refused.value.param, refused.value.http_status) == ("starting_after", 400)


@pytest.mark.parametrize("limit", [0, 101, "many"])
def test_a_page_has_one_to_a_hundred_rows(shop: Shop, limit: Any) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        shop.api.v1.payment_intents.list({"limit": limit})


def test_ten_rows_are_a_page_when_nothing_is_said(fresh_shop: Shop) -> None:
    for _ in range(11):
        fresh_shop.api.v1.payment_intents.create({"amount": 100, "currency": "usd"})
    page = fresh_shop.api.v1.payment_intents.list()
    assert (len(page.data), page.has_more, page.url) == (10, True, "/v1/payment_intents")


def test_events_are_listed_by_type_and_by_pattern(shop: Shop) -> None:
    charge = shop.settled_charge()
    shop.api.v1.refunds.create({"charge": charge.id})
    events = shop.api.v1.events
    assert {row.type for row in events.list({"type": "charge.*"}).data} >= {"charge.succeeded", "charge.refunded"}
    wanted = ["charge.refunded", "refund.created"]
    assert {row.type for row in events.list({"types": wanted}).data} == set(wanted)
    row = events.list({"limit": 1}).data[0]
    assert events.retrieve(row.id).type == row.type


def test_charges_refunds_and_disputes_are_found_by_what_they_belong_to(shop: Shop) -> None:
    charge = shop.settled_charge("pm_card_createDisputeInquiry", transfer_group="group-7")
    shop.settled_charge("pm_card_createDispute")
    refund = shop.api.v1.refunds.create({"charge": charge.id, "amount": 100})
    of_intent = {"payment_intent": charge.payment_intent}
    assert [row.id for row in shop.api.v1.charges.list(of_intent).data] == [charge.id]
    assert [row.id for row in shop.api.v1.charges.list({"transfer_group": "group-7"}).data] == [charge.id]
    for wanted in (of_intent, {"charge": charge.id}):
        assert [row.id for row in shop.api.v1.refunds.list(wanted).data] == [refund.id]
        assert [row.charge for row in shop.api.v1.disputes.list(wanted).data] == [charge.id]


def test_payouts_are_found_by_state_account_and_day_of_arrival(fresh_shop: Shop) -> None:
    shop, payouts = fresh_shop, fresh_shop.api.v1.payouts
    shop.settled_charge("pm_card_bypassPending", 10_000)
    old = payouts.create({"amount": 1_000, "currency": "usd"})
    shop.server.advance_clock(2 * 86_400)  # on the way an automatic one takes the rest
    shop.settled_charge("pm_card_bypassPending", 10_000)
    new = payouts.create({"amount": 1_000, "currency": "usd"})
    assert old.id in {row.id for row in payouts.list({"status": "paid"}).data}
    assert [row.id for row in payouts.list({"status": "pending"}).data] == [new.id]
    assert [row.id for row in payouts.list({"arrival_date": {"gt": old.arrival_date + 86_400}}).data] == [new.id]
    assert [row.id for row in payouts.list({"created": {"gte": new.created}}).data] == [new.id]
    assert len(payouts.list({"destination": new.destination}).data) == len(payouts.list().data)
    assert payouts.list({"destination": "ba_other"}).data == []


def test_sessions_are_found_by_state_buyer_and_payment(fresh_shop: Shop) -> None:
    shop, sessions = fresh_shop, fresh_shop.api.v1.checkout.sessions
    waiting, paid, expired = (shop.session(customer_email=f"{name}@example.com") for name in ("a", "b", "c"))
    shop.submit(paid.url)
    sessions.expire(expired.id)
    for status, session in (("open", waiting), ("complete", paid), ("expired", expired)):
        assert [row.id for row in sessions.list({"status": status}).data] == [session.id]
    assert [row.id for row in sessions.list({"customer_details": {"email": "b@example.com"}}).data] == [paid.id]
    intent = sessions.retrieve(paid.id).payment_intent
    assert [row.id for row in sessions.list({"payment_intent": intent}).data] == [paid.id]


def test_events_are_found_by_whether_they_arrived(fresh_shop: Shop) -> None:
    shop, events = fresh_shop, fresh_shop.api.v1.events
    shop.api.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    shop.deliveries_done()
    shop.receiver.status = 500
    missed = shop.api.v1.payment_intents.create({"amount": 600, "currency": "usd"})
    assert [row.data.object["id"] for row in events.list({"delivery_success": False}).data] == [missed.id]
    assert missed.id not in {row.data.object["id"] for row in events.list({"delivery_success": True}).data}
