"""Webhooks: signed, repeated until answered, and as unruly as asked for."""

import json
import time

import pytest
import stripe

from tests.embedded.stripe.conftest import Shop
from tests.support.stripe_server import SECRET
from tests.support.waiting import wait_for


def test_a_webhook_is_signed_by_the_real_scheme_and_names_its_version(shop: Shop) -> None:
    intent = shop.pay(metadata={"order": "ផ្សារ"})
    shop.receiver.wait_for("payment_intent.succeeded")
    headers, payload = shop.receiver.requests[-1]
    event = stripe.Webhook.construct_event(payload, headers["Stripe-Signature"], SECRET)
    assert event.api_version == stripe.api_version
    assert shop.receiver.forged == 0
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(payload + b" ", headers["Stripe-Signature"], SECRET)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(payload, headers["Stripe-Signature"], "whsec_other")
    assert intent.id in payload.decode()


def test_the_signature_is_fresh_even_when_the_servers_clock_was_advanced(fresh_shop: Shop) -> None:
    fresh_shop.server.advance_clock(40 * 86_400)
    fresh_shop.pay()
    fresh_shop.receiver.wait_for("payment_intent.succeeded")
    signed_at = int(fresh_shop.receiver.requests[-1][0]["Stripe-Signature"].partition(",")[0].removeprefix("t="))
    assert abs(signed_at - time.time()) < 60


def test_an_event_shows_its_object_as_it_was_then(shop: Shop) -> None:
    charge = shop.settled_charge()
    shop.deliveries_done()
    created = [
        event["data"]["object"]
        for event in shop.receiver.events
        if event["type"] == "charge.succeeded" and event["data"]["object"]["id"] == charge.id
    ]
    assert created[0]["balance_transaction"] is None
    assert shop.api.v1.charges.retrieve(charge.id).balance_transaction is not None


def test_a_webhook_is_sent_again_until_it_is_answered_with_2xx(fresh_shop: Shop) -> None:
    shop = fresh_shop
    shop.receiver.status = 500
    intent = shop.api.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    wait_for(lambda: len(shop.receiver.requests) >= 3, what="three refused attempts")
    event = shop.api.v1.events.list().data[0]
    assert (event.type, event.pending_webhooks) == ("payment_intent.created", 1)
    shop.receiver.status = 204
    received = shop.receiver.wait_for("payment_intent.created")
    assert received[0]["data"]["object"]["id"] == intent.id
    wait_for(lambda: shop.api.v1.events.retrieve(event.id).pending_webhooks == 0, what="nothing pending")
    assert len({json.loads(payload)["id"] for _, payload in shop.receiver.requests}) == 1


def test_one_refused_event_does_not_hold_up_the_others(fresh_shop: Shop) -> None:
    shop = fresh_shop
    shop.server.faults(webhooks={"drop_next": 1})
    shop.pay()
    shop.deliveries_done()
    assert shop.receiver.types() == ["charge.succeeded", "payment_intent.succeeded", "payment_intent.created"]


def test_duplicates_arrive_with_the_same_id(fresh_shop: Shop) -> None:
    shop = fresh_shop
    shop.server.faults(webhooks={"duplicates": 4})
    shop.api.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    received = shop.receiver.wait_for("payment_intent.created", count=5)
    assert len({event["id"] for event in received}) == 1
    shop.deliveries_done()
    assert len(shop.receiver.events) == 5


def test_reordering_turns_the_events_of_a_window_around(fresh_shop: Shop) -> None:
    shop = fresh_shop
    shop.server.faults(webhooks={"reorder_seconds": 1})
    shop.pay()
    shop.deliveries_done()
    assert shop.receiver.types()[:3] == ["payment_intent.succeeded", "charge.succeeded", "payment_intent.created"]


def test_a_delayed_webhook_comes_when_the_clock_reaches_it(fresh_shop: Shop) -> None:
    shop = fresh_shop
    shop.server.faults(webhooks={"delay_seconds": 3_600})
    shop.api.v1.payment_intents.create({"amount": 500, "currency": "usd"})
    assert len(shop.server.call("GET", "deliveries")["data"]) == 1
    assert shop.receiver.events == []
    shop.server.advance_clock(3_601)
    shop.receiver.wait_for("payment_intent.created")


def test_an_event_can_be_sent_again_on_demand(shop: Shop) -> None:
    shop.pay()
    shop.deliveries_done()
    event = shop.api.v1.events.list({"type": "payment_intent.succeeded"}).data[0]
    shop.server.call("POST", f"events/{event.id}/resend", copies=2)
    shop.deliveries_done()
    assert [received["id"] for received in shop.receiver.events].count(event.id) == 3


def test_an_endpoint_hears_only_what_it_asked_for_and_nothing_when_disabled(fresh_shop: Shop) -> None:
    shop = fresh_shop
    endpoints = shop.api.v1.webhook_endpoints
    own = endpoints.list().data[0]
    endpoints.update(own.id, {"disabled": True})
    made = endpoints.create({"url": shop.receiver.url, "enabled_events": ["payment_intent.succeeded"]})
    assert made.secret.startswith("whsec_")
    assert not hasattr(endpoints.retrieve(made.id), "secret")
    shop.pay()
    wait_for(lambda: shop.receiver.forged, what="an event signed with the other secret")
    assert [row["endpoint"] for row in shop.server.call("GET", "deliveries")["data"]] == [made.id]
    assert endpoints.delete(made.id).deleted
    assert shop.server.call("GET", "deliveries")["data"] == []
    with pytest.raises(stripe.InvalidRequestError, match="http"):
        endpoints.create({"url": "ftp://shop.example", "enabled_events": ["*"]})


def test_pending_webhooks_survive_a_kill(fresh_shop: Shop) -> None:
    shop = fresh_shop
    shop.receiver.status = 503
    shop.pay()
    wait_for(lambda: len(shop.receiver.requests) >= 2, what="two refused attempts")
    shop.server.kill()
    shop.receiver.status = 200
    shop.server.start()
    for event_type in ("payment_intent.created", "charge.succeeded", "payment_intent.succeeded"):
        shop.receiver.wait_for(event_type)
