"""Which handler answers which path. One line per endpoint: this table is the list of what is supported."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.embedded.stripe_server import (
    balance,
    charges,
    checkout,
    disputes,
    payment_intents,
    payment_methods,
    payouts,
    refunds,
    shapes,
    test_clocks,
    webhook_endpoints,
)
from app.embedded.stripe_server.event_log import list_events
from app.embedded.stripe_server.listing import lister
from app.embedded.stripe_server.params import Reader
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work

Handler = Callable[..., Row]


@dataclass(frozen=True)
class Endpoint:
    method: str
    path: str
    handler: Handler
    params: Reader

    @property
    def pattern(self) -> re.Pattern[str]:
        return re.compile(re.sub(r"\{\w+\}", "([^/]+)", self.path))


def getter(kind: str) -> Handler:
    def retrieve(work: Work, _params: Mapping[str, Any], key: str) -> Row:
        return work.require(kind, key)

    return retrieve


CLOCK = "test_helpers.test_clock"
ENDPOINTS = (
    Endpoint("POST", "/v1/payment_intents", payment_intents.create, shapes.INTENT_CREATE),
    Endpoint("GET", "/v1/payment_intents", lister("payment_intent", "/v1/payment_intents"), shapes.INTENT_LIST),
    Endpoint("GET", "/v1/payment_intents/{id}", getter("payment_intent"), shapes.NOTHING),
    Endpoint("POST", "/v1/payment_intents/{id}", payment_intents.update, shapes.INTENT_UPDATE),
    Endpoint("POST", "/v1/payment_intents/{id}/confirm", payment_intents.confirm, shapes.INTENT_CONFIRM),
    Endpoint("POST", "/v1/payment_intents/{id}/capture", payment_intents.capture, shapes.INTENT_CAPTURE),
    Endpoint("POST", "/v1/payment_intents/{id}/cancel", payment_intents.cancel, shapes.INTENT_CANCEL),
    Endpoint("POST", "/v1/payment_methods", payment_methods.create, shapes.METHOD_CREATE),
    Endpoint("GET", "/v1/payment_methods/{id}", payment_methods.retrieve, shapes.NOTHING),
    Endpoint(
        "GET",
        "/v1/charges",
        lister("charge", "/v1/charges", same=("payment_intent", "transfer_group")),
        shapes.CHARGE_LIST,
    ),
    Endpoint("GET", "/v1/charges/{id}", getter("charge"), shapes.NOTHING),
    Endpoint("POST", "/v1/charges/{id}", charges.update, shapes.CHARGE_UPDATE),
    Endpoint("GET", "/v1/charges/{id}/refunds", refunds.list_of_charge, shapes.PLAIN_LIST),
    Endpoint("GET", "/v1/charges/{id}/refunds/{refund}", refunds.retrieve_of_charge, shapes.NOTHING),
    Endpoint("POST", "/v1/refunds", refunds.create, shapes.REFUND_CREATE),
    Endpoint(
        "GET", "/v1/refunds", lister("refund", "/v1/refunds", same=("charge", "payment_intent")), shapes.REFUND_LIST
    ),
    Endpoint("GET", "/v1/refunds/{id}", getter("refund"), shapes.NOTHING),
    Endpoint("POST", "/v1/refunds/{id}", refunds.update, shapes.METADATA),
    Endpoint("GET", "/v1/balance", balance.retrieve_balance, shapes.NOTHING),
    Endpoint("GET", "/v1/balance_transactions", balance.list_transactions, shapes.BALANCE_LIST),
    Endpoint("GET", "/v1/balance_transactions/{id}", getter("balance_transaction"), shapes.NOTHING),
    Endpoint("POST", "/v1/payouts", payouts.create, shapes.PAYOUT_CREATE),
    Endpoint("GET", "/v1/payouts", payouts.list_payouts, shapes.PAYOUT_LIST),
    Endpoint("GET", "/v1/payouts/{id}", getter("payout"), shapes.NOTHING),
    Endpoint("POST", "/v1/payouts/{id}", payouts.update, shapes.METADATA),
    Endpoint("POST", "/v1/payouts/{id}/cancel", payouts.cancel, shapes.NOTHING),
    Endpoint(
        "GET",
        "/v1/disputes",
        lister("dispute", "/v1/disputes", same=("charge", "payment_intent")),
        shapes.DISPUTE_LIST,
    ),
    Endpoint("GET", "/v1/disputes/{id}", getter("dispute"), shapes.NOTHING),
    Endpoint("POST", "/v1/disputes/{id}", disputes.update, shapes.DISPUTE_UPDATE),
    Endpoint("POST", "/v1/disputes/{id}/close", disputes.concede, shapes.NOTHING),
    Endpoint("GET", "/v1/events", list_events, shapes.EVENT_LIST),
    Endpoint("GET", "/v1/events/{id}", getter("event"), shapes.NOTHING),
    Endpoint("POST", "/v1/webhook_endpoints", webhook_endpoints.create, shapes.ENDPOINT_CREATE),
    Endpoint("GET", "/v1/webhook_endpoints", lister("webhook_endpoint", "/v1/webhook_endpoints"), shapes.PLAIN_LIST),
    Endpoint("GET", "/v1/webhook_endpoints/{id}", getter("webhook_endpoint"), shapes.NOTHING),
    Endpoint("POST", "/v1/webhook_endpoints/{id}", webhook_endpoints.update, shapes.ENDPOINT_UPDATE),
    Endpoint("DELETE", "/v1/webhook_endpoints/{id}", webhook_endpoints.delete, shapes.NOTHING),
    Endpoint("POST", "/v1/checkout/sessions", checkout.create, shapes.SESSION_CREATE),
    Endpoint("GET", "/v1/checkout/sessions", checkout.list_sessions, shapes.SESSION_LIST),
    Endpoint("GET", "/v1/checkout/sessions/{id}", getter("checkout.session"), shapes.NOTHING),
    Endpoint("POST", "/v1/checkout/sessions/{id}", checkout.update, shapes.SESSION_UPDATE),
    Endpoint("POST", "/v1/checkout/sessions/{id}/expire", checkout.expire, shapes.NOTHING),
    Endpoint("GET", "/v1/checkout/sessions/{id}/line_items", checkout.list_lines, shapes.PLAIN_LIST),
    Endpoint("POST", "/v1/test_helpers/test_clocks", test_clocks.create, shapes.CLOCK_CREATE),
    Endpoint("GET", "/v1/test_helpers/test_clocks", lister(CLOCK, "/v1/test_helpers/test_clocks"), shapes.PLAIN_LIST),
    Endpoint("GET", "/v1/test_helpers/test_clocks/{id}", getter(CLOCK), shapes.NOTHING),
    Endpoint("DELETE", "/v1/test_helpers/test_clocks/{id}", test_clocks.delete, shapes.NOTHING),
    Endpoint("POST", "/v1/test_helpers/test_clocks/{id}/advance", test_clocks.advance, shapes.CLOCK_ADVANCE),
)
_COMPILED = tuple((endpoint, endpoint.pattern) for endpoint in ENDPOINTS)


def find(method: str, path: str) -> tuple[Endpoint, tuple[str, ...]] | None:
    """The endpoint of a request and the ids in its path."""
    for endpoint, pattern in _COMPILED:
        if endpoint.method == method and (match := pattern.fullmatch(path)):
            return endpoint, match.groups()
    return None
