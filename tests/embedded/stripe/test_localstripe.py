"""Side by side with localstripe, an independent server: the same SDK calls, the same statuses, codes and amounts.

localstripe is GPL: it runs as a process of its own and nothing of it is imported here. It pickles its store to one
file for the whole machine, so the line that starts it takes that away first. Known departures, not compared: it
declines most test cards only when they are attached to a customer, accepts over-refunds, ignores Idempotency-Key,
takes no fees, calls a failed charge captured, and answers a wrong state without a code.
"""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import stripe

from tests.embedded.stripe.conftest import Shop
from tests.support.waiting import wait_for

START = """
import sys
from aiohttp import web
from localstripe.resources import Store
Store.dump_to_disk = lambda self: None
from localstripe.server import app
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""
Challenge = Callable[[stripe.PaymentIntent, bool], None]


@pytest.fixture(scope="module")
def peer() -> Iterator[stripe.StripeClient]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-W", "ignore", "-c", START, str(port)], stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(url), what="localstripe")
        yield stripe.StripeClient("sk_test_peer", base_addresses={"api": url}, max_network_retries=0)
    finally:
        process.terminate()
        process.wait(10)


def answers(url: str) -> bool:
    try:
        return requests.get(f"{url}/v1/charges", auth=("sk_test_peer", ""), timeout=5).ok
    except requests.ConnectionError:
        return False


def on_our_page(intent: stripe.PaymentIntent, passed: bool) -> None:
    page = intent.next_action.use_stripe_sdk["stripe_js"]
    requests.post(page, data={"result": "complete" if passed else "fail"}, timeout=10)


def on_the_peer(peer: stripe.StripeClient) -> Challenge:
    def challenge(intent: stripe.PaymentIntent, passed: bool) -> None:
        params = {"client_secret": intent.client_secret, "success": str(passed).lower()}
        with_declines = (200, 402)
        url = f"{peer._requestor.base_addresses['api']}/v1/payment_intents/{intent.id}/_authenticate"
        assert requests.post(url, data=params, auth=("sk_test_peer", ""), timeout=10).status_code in with_declines

    return challenge


def started(api: stripe.StripeClient, number: str, amount: int = 1_099, **params: Any) -> stripe.PaymentIntent:
    typed = {"number": number, "exp_month": 12, "exp_year": 2034, "cvc": "123"}
    method = api.v1.payment_methods.create({"type": "card", "card": typed})
    wanted = {"amount": amount, "currency": "usd", "payment_method": method.id, "payment_method_types": ["card"]}
    return api.v1.payment_intents.create(wanted | params)


def seen(api: stripe.StripeClient, intent_id: str) -> tuple[Any, ...]:
    """What both can say of an intent and of the charge behind it."""
    intent = api.v1.payment_intents.retrieve(intent_id)
    error = intent.last_payment_error
    facts = (intent.status, intent.amount, intent.currency, intent.capture_method, error.code if error else None)
    if intent.latest_charge is None:
        return facts
    latest = intent.latest_charge
    charge = api.v1.charges.retrieve(latest if isinstance(latest, str) else latest.id)
    captured = charge.captured and charge.paid
    return (*facts, charge.status, charge.paid, charge.amount, captured, charge.refunded, charge.amount_refunded)


def refusal(call: Callable[[], Any]) -> tuple[Any, ...]:
    """Status and kind of the SDK's error; of card errors also the code."""
    with pytest.raises(stripe.StripeError) as refused:
        call()
    is_card_error = isinstance(refused.value, stripe.CardError)
    return refused.value.http_status, type(refused.value).__name__, refused.value.code if is_card_error else None


def paid_in_two_steps(api: stripe.StripeClient, challenge: Challenge) -> list[Any]:
    intent = started(api, "4242424242424242")
    before = seen(api, intent.id)
    api.v1.payment_intents.confirm(intent.id)
    return [before, seen(api, intent.id), refusal(lambda: api.v1.payment_intents.cancel(intent.id)),
            refusal(lambda: api.v1.payment_intents.confirm(intent.id))]  # fmt: skip


def declined(api: stripe.StripeClient, challenge: Challenge) -> list[Any]:
    intent = started(api, "4000000000000341")
    return [refusal(lambda: api.v1.payment_intents.confirm(intent.id)), seen(api, intent.id)]


def challenge_passed(api: stripe.StripeClient, challenge: Challenge) -> list[Any]:
    intent = started(api, "4000002500003155", confirm=True)
    before = seen(api, intent.id)
    challenge(intent, True)
    return [before, intent.next_action.type, seen(api, intent.id)]


def challenge_failed(api: stripe.StripeClient, challenge: Challenge) -> list[Any]:
    intent = started(api, "4000002760003184", confirm=True)
    challenge(intent, False)
    return [seen(api, intent.id)]


def challenge_passed_then_declined(api: stripe.StripeClient, challenge: Challenge) -> list[Any]:
    intent = started(api, "4000008260003178", confirm=True)
    challenge(intent, True)
    return [seen(api, intent.id)]


def challenge_abandoned_then_canceled(api: stripe.StripeClient, challenge: Challenge) -> list[Any]:
    intent = started(api, "4000002500003155", confirm=True)
    api.v1.payment_intents.cancel(intent.id)
    return [seen(api, intent.id), refusal(lambda: api.v1.payment_intents.confirm(intent.id))]


def captured_later(api: stripe.StripeClient, challenge: Challenge) -> list[Any]:
    intent = started(api, "4242424242424242", 5_000, capture_method="manual", confirm=True)
    before = seen(api, intent.id)
    api.v1.payment_intents.capture(intent.id)
    return [before, seen(api, intent.id)]


def refunded_in_parts(api: stripe.StripeClient, challenge: Challenge) -> list[Any]:
    intent = started(api, "4242424242424242", 5_000, confirm=True)
    latest = intent.latest_charge
    charge = latest if isinstance(latest, str) else latest.id
    refunds = [api.v1.refunds.create({"charge": charge, "amount": amount}) for amount in (1_500, 3_500)]
    return [[(refund.status, refund.amount, refund.currency) for refund in refunds], seen(api, intent.id)]


def wrong_requests(api: stripe.StripeClient, challenge: Challenge) -> list[Any]:
    intents = api.v1.payment_intents
    return [
        refusal(lambda: intents.create({"amount": 0, "currency": "usd"})),
        refusal(lambda: intents.create({"amount": -1, "currency": "usd"})),
        refusal(lambda: intents.create({"currency": "usd"})),
        refusal(lambda: intents.create({"amount": 500, "currency": "usd", "colour": "red"})),
        refusal(lambda: intents.retrieve("pi_missing")),
        seen(api, intents.create({"amount": 500, "currency": "usd"}).id),
    ]


@pytest.mark.parametrize(
    "flow",
    [
        paid_in_two_steps,
        declined,
        challenge_passed,
        challenge_failed,
        challenge_passed_then_declined,
        challenge_abandoned_then_canceled,
        captured_later,
        refunded_in_parts,
        wrong_requests,
    ],
)
def test_the_same_calls_lead_to_the_same_states(
    shop: Shop, peer: stripe.StripeClient, flow: Callable[[stripe.StripeClient, Challenge], list[Any]]
) -> None:
    assert flow(shop.api, on_our_page) == flow(peer, on_the_peer(peer))
