"""Every object has the keys and the JSON types of Stripe's own fixtures.

A fixture fills many optional objects at random, so null is accepted wherever the official SDK calls the field
optional; inside objects the fixture shows, ours must have the same keys again.
"""

import json
import typing
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

import pytest
import requests
import stripe
from stripe import checkout, test_helpers

from tests.embedded.stripe.conftest import Shop
from tests.support.stripe_server import API_KEY, ROOT

FIXTURES = json.loads((ROOT / "tests/support/stripe_fixtures.json").read_text())["resources"]
CLASSES = {
    "balance": stripe.Balance,
    "balance_transaction": stripe.BalanceTransaction,
    "charge": stripe.Charge,
    "checkout.session": checkout.Session,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "item": stripe.LineItem,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "payout": stripe.Payout,
    "refund": stripe.Refund,
    "test_helpers.test_clock": test_helpers.TestClock,
    "webhook_endpoint": stripe.WebhookEndpoint,
}
# Keys the fixture has and we leave out, each with its reason.
LEFT_OUT = {
    "charge.refunds": "since API version 2022-11-15 only when expanded; test_requests expands it",
}
# Keys we have and the fixture lacks: the SDK names them, and Stripe sends them in just these cases.
ADDED = {
    "charge.outcome.risk_level": "sent with every charge Radar has scored",
    "charge.outcome.risk_score": "sent with every charge Radar has scored",
    "payment_intent.automatic_payment_methods.allow_redirects": "sent whenever the methods are automatic",
    "checkout.session.payment_method_options.card": "sent for sessions that take cards",
    **dict.fromkeys(
        (
            f"payment_intent.last_payment_error.{key}"
            for key in ("charge", "code", "decline_code", "doc_url", "message", "payment_method", "payment_method_type")
        ),
        "the fixture's error has its type only; these are documented and sent",
    ),
    "payment_intent.next_action.redirect_to_url": "sent when the buyer's bank asks first",
    "payment_intent.payment_method_options.card": "sent for intents that take cards",
    "refund.failure_reason": "sent once a refund failed",
    "refund.failure_balance_transaction": "sent once a refund failed",
    "event.data.previous_attributes": "sent with *.updated events",
    "webhook_endpoint.secret": "sent when the endpoint is created",
}
# Compared by itself, or open at Stripe too.
OPEN_HASHES = ("event.data.object", "charge.fraud_details", "charge.shipping", "payment_intent.shipping")


def raw(shop: Shop, path: str, method: str = "GET", **form: str) -> dict[str, Any]:
    """The JSON as it goes over the wire, without the SDK."""
    headers = {"Authorization": f"Bearer {API_KEY}"}
    answer = requests.request(method, f"{shop.server.url}/v1/{path}", data=form or None, headers=headers, timeout=30)
    assert answer.ok, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def specimens(module_shop: Shop) -> dict[str, list[dict[str, Any]]]:
    """Objects of every kind, in the states a shop meets, and as they were in each event."""
    shop = module_shop
    refunded = shop.settled_charge()
    shop.api.v1.refunds.create({"charge": refunded.id, "amount": 100})
    for card in ("pm_card_createDispute", "pm_card_createDisputeInquiry", "pm_card_bypassPending", "pm_card_amex"):
        shop.settled_charge(card)
    with pytest.raises(stripe.CardError):
        shop.pay("pm_card_chargeDeclined")
    challenged = shop.api.v1.payment_intents.create(
        {"amount": 900, "currency": "usd", "payment_method": "pm_card_authenticationRequired", "confirm": True,
         "return_url": "http://shop.example"}
    )  # fmt: skip
    challenge = challenged.next_action.redirect_to_url.url
    requests.post(challenge, data={"result": "complete"}, allow_redirects=False, timeout=10)
    shop.pay(capture_method="manual")
    paid, expired = shop.session(customer_email="buyer@example.com"), shop.session()
    shop.session(amount=99_900)
    shop.submit(paid.url)
    shop.api.v1.checkout.sessions.expire(expired.id)
    shop.api.v1.payouts.create({"amount": 1_000, "currency": "usd"})
    shop.server.advance_clock(3 * 86_400)
    clock = raw(shop, "test_helpers/test_clocks", "POST", frozen_time="1800000000")
    endpoint = raw(shop, "webhook_endpoints", "POST", url="http://shop.example", **{"enabled_events[]": "*"})
    methods = [intent.payment_method for intent in shop.api.v1.payment_intents.list({"limit": 100}).data]
    failing = shop.settled_charge("pm_card_refundFail")
    shop.api.v1.refunds.create({"charge": failing.id})
    shop.server.advance_clock(5)
    paths = {
        "charge": "charges", "refund": "refunds", "payment_intent": "payment_intents", "payout": "payouts",
        "dispute": "disputes", "balance_transaction": "balance_transactions", "event": "events",
        "checkout.session": "checkout/sessions", "webhook_endpoint": "webhook_endpoints",
        "item": f"checkout/sessions/{paid.id}/line_items",
    }  # fmt: skip
    found = {kind: raw(shop, f"{path}?limit=100")["data"] for kind, path in paths.items()} | {
        "balance": [raw(shop, "balance")],
        "payment_method": [raw(shop, f"payment_methods/{method}") for method in methods if method],
        "test_helpers.test_clock": [clock],
    }
    found["webhook_endpoint"].append(endpoint)
    for event in found["event"]:
        snapshot = event["data"]["object"]
        found[snapshot["object"]].append(snapshot)
    return found


@pytest.mark.parametrize("kind", CLASSES)
def test_every_object_agrees_with_stripes_fixture(specimens: dict[str, list[dict[str, Any]]], kind: str) -> None:
    assert specimens[kind]
    differences = {line for row in specimens[kind] for line in differing(row, FIXTURES[kind], CLASSES[kind], kind)}
    assert not differences, "\n".join(sorted(differences))


def test_no_object_goes_out_that_is_not_compared(specimens: dict[str, list[dict[str, Any]]]) -> None:
    within_others = {"price"}  # inside a line item, and compared there
    assert {row["object"] for row in objects_in(specimens)} == set(CLASSES) | within_others


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """Everything that calls itself an object of Stripe's, at any depth."""
    if isinstance(value, dict):
        if "object" in value and isinstance(value["object"], str):
            yield value
        for inner in value.values():
            yield from objects_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects_in(inner)


@pytest.mark.parametrize("kind", ["webhook_endpoint", "test_helpers.test_clock"])
def test_what_was_deleted_agrees_with_stripes_fixture(shop: Shop, kind: str) -> None:
    path, form = {
        "webhook_endpoint": ("webhook_endpoints", {"url": "http://shop.example", "enabled_events[]": "*"}),
        "test_helpers.test_clock": ("test_helpers/test_clocks", {"frozen_time": "1800000000"}),
    }[kind]
    made = raw(shop, path, "POST", **form)
    assert set(raw(shop, f"{path}/{made['id']}", "DELETE")) == set(FIXTURES[f"deleted_{kind}"])


def test_the_exceptions_are_all_still_needed(specimens: dict[str, list[dict[str, Any]]]) -> None:
    seen = {line.split(":")[0] for kind in CLASSES for row in specimens[kind] for line in
            differing(row, FIXTURES[kind], CLASSES[kind], kind, excused=False)}  # fmt: skip
    assert set(LEFT_OUT) | set(ADDED) <= seen


def differing(ours: Any, theirs: Any, declared: Any, path: str, *, excused: bool = True) -> list[str]:
    """Where our object departs from the fixture: missing or added keys, other JSON types, null where none may be."""
    if path in OPEN_HASHES:
        return []
    if ours is None or theirs is None or json_type(ours) != json_type(theirs):
        return unlike(ours, theirs, declared, path)
    if isinstance(ours, list):
        inner = item_type(declared)
        return [
            line for item in ours if theirs for line in differing(item, theirs[0], inner, f"{path}[]", excused=excused)
        ]
    if not isinstance(ours, dict) or path.endswith("metadata"):
        return []
    known = {**LEFT_OUT, **ADDED} if excused else {}
    lines = [f"{path}.{key}: missing" for key in theirs.keys() - ours.keys() if f"{path}.{key}" not in known]
    lines += [f"{path}.{key}: not Stripe's" for key in ours.keys() - theirs.keys() if f"{path}.{key}" not in known]
    for key in ours.keys() & theirs.keys():
        lines += differing(ours[key], theirs[key], field_type(declared, key), f"{path}.{key}", excused=excused)
    return lines


def unlike(ours: Any, theirs: Any, declared: Any, path: str) -> list[str]:
    if ours is None:
        return [] if theirs is None or optional(declared) else [f"{path}: null, Stripe never has it null"]
    if theirs is None:
        return [] if fits(ours, declared) else [f"{path}: {json_type(ours)}, the SDK says {declared}"]
    return [f"{path}: {json_type(ours)}, Stripe has {json_type(theirs)}"]


def json_type(value: Any) -> str:
    kinds = {bool: "boolean", int: "number", float: "number", str: "string", list: "array", dict: "object"}
    return kinds[type(value)]


def members(declared: Any) -> tuple[Any, ...]:
    return get_args(declared) if get_origin(declared) in (Union, UnionType) else (declared,)


def optional(declared: Any) -> bool:
    return declared is None or type(None) in members(declared)


def fits(value: Any, declared: Any) -> bool:
    """Whether the SDK's type allows this kind of JSON value."""
    if declared is None:
        return True
    for member in members(declared):
        origin = get_origin(member) or member
        if origin is typing.Literal:
            origin = str
        wanted = {bool: "boolean", int: "number", float: "number", str: "string", list: "array"}.get(origin, "object")
        if json_type(value) == wanted:
            return True
    return False


def item_type(declared: Any) -> Any:
    return next((get_args(member)[0] for member in members(declared) if get_origin(member) is list), None)


def field_type(declared: Any, key: str) -> Any:
    for member in members(declared):
        if isinstance(member, type) and key in getattr(member, "__annotations__", {}):
            return member.__annotations__[key]
    return None


def test_the_licence_of_the_fixtures_is_beside_them() -> None:
    kept = json.loads(Path(ROOT / "tests/support/stripe_fixtures.json").read_text())
    assert kept["license"].startswith("MIT License. Copyright (c) Stripe")
