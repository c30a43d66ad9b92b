"""The card service's messages over real HTTP: forged, old, repeated and out of order."""

import json
import time
from dataclasses import replace

import pytest
import requests
from flask import Flask

from app.config import current
from app.db.session import reading
from app.embedded.stripe_server.delivery import signature
from app.onramp.models import WebhookEvent
from tests.support.front import Front
from tests.support.outcome import mails_to, outcome_of, requires_tie_out
from tests.support.stripe_server import SECRET
from tests.support.trade import Trade

TOTAL = 2 * 1450 + 150


def events() -> int:
    with reading() as session:
        return session.query(WebhookEvent).count()


def charged_card(front: Front, trade: Trade) -> None:
    """A guest has paid and does not come back: only the card service can tell."""
    visitor = front.visitor()
    visitor.add(trade.goods(trade.shop_of(), stock=10), 2)
    assert front.pay_at_card_service(visitor.pay(visitor.check_out()).headers["Location"]) is not None


def test_every_message_five_times_and_out_of_order_is_one_payment(front: Front, trade: Trade) -> None:
    with front.listening():
        front.stripe.faults(webhooks={"duplicates": 4, "reorder_seconds": 1})
        charged_card(front, trade)
        front.hear_all()
        front.work()
        (completed,) = front.stripe.client().v1.events.list({"type": "checkout.session.completed"}).data
        front.stripe.call("POST", f"events/{completed.id}/resend", copies=4)
        front.hear_all()
        front.work()
        trade.settle()
    with reading() as session:
        heard = session.query(WebhookEvent).filter_by(type="checkout.session.completed").all()
    assert [event.problem for event in heard] == [None]
    found = outcome_of(front)
    assert (found.charged, found.given_back, found.deposited) == ([TOTAL], [], [TOTAL])
    assert (found.booked, found.orders, found.paid_orders) == (1, 1, 1)
    assert len(mails_to("dara@people.example")) == 1
    requires_tie_out()


def test_a_message_that_is_not_the_card_services_is_refused_with_words_and_changes_nothing(
    front: Front, trade: Trade
) -> None:
    charged_card(front, trade)
    (paid,) = front.stripe.client().v1.events.list({"type": "checkout.session.completed"}).data
    payload = json.dumps(paid.to_dict()).encode()
    now = int(time.time())
    good = signature(SECRET, payload, now)
    forged = {
        "of another secret": (payload, signature("whsec_stranger", payload, now)),
        "over another body": (payload.replace(b'"paid"', b'"PAID"'), good),
        "too old": (payload, signature(SECRET, payload, now - 301)),
        "moved to now": (payload, good.replace(f"t={now}", f"t={now + 1}")),
        "missing": (payload, None),
        "empty": (payload, ""),
        "no signature at all": (payload, "t=1,v1=x"),
        "of an older scheme": (payload, good.replace("v1=", "v0=")),
    }
    with front.listening() as address:
        current.install(replace(front.settings, stripe_webhook_secret=SECRET))
        for how, (body, given) in forged.items():
            answer = send(address, body, given)
            assert (answer.status_code, answer.json()["code"]) == (400, "webhook-rejected"), how
            assert "missing, wrong or too old" in answer.json()["detail"]
        assert events() == 0
        front.work()
        assert outcome_of(front).booked == 0
        # The same message as it was signed is taken; sent again by somebody who overheard it, it changes nothing.
        assert [send(address, payload, good).status_code for _ in range(3)] == [200, 200, 200]
        front.work()
    assert (events(), outcome_of(front).booked) == (1, 1)


NOTHINGS = (
    b"",
    b"[]",
    b"null",
    b"{",
    b'{"id": 5}',
    b'{"id": "e", "type": "x", "created": "y", "data": {}}',
    b"\xff\xfe",
)


@pytest.mark.parametrize("body", NOTHINGS)
def test_a_signed_message_that_is_no_event_is_refused(plain_app: Flask, body: bytes) -> None:
    signed = {"Stripe-Signature": signature(current.settings().stripe_webhook_secret, body, int(time.time()))}
    answer = plain_app.test_client().post("/webhooks/stripe", data=body, headers=signed)
    assert answer.status_code == 400
    assert answer.get_json()["code"] == ("webhook-rejected" if body == b"\xff\xfe" else "webhook-unreadable")


def send(address: str, body: bytes, given: str | None) -> requests.Response:
    headers = {"Content-Type": "application/json"} | ({"Stripe-Signature": given} if given is not None else {})
    return requests.post(f"{address}/webhooks/stripe", data=body, headers=headers, timeout=30)
