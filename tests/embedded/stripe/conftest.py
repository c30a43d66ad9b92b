"""A server with a webhook receiver, and the shortcuts every test of it speaks in."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import stripe

from tests.support.stripe_server import StripeServer, WebhookReceiver
from tests.support.waiting import wait_for

ON_THIS_PAGE_ONLY = {"enabled": True, "allow_redirects": "never"}


@dataclass
class Shop:
    """A merchant's view: the SDK, what arrived by webhook, and the server behind."""

    server: StripeServer
    receiver: WebhookReceiver
    api: stripe.StripeClient

    def pay(self, card: str = "pm_card_visa", amount: int = 10_000, **params: Any) -> stripe.PaymentIntent:
        defaults = {"currency": "usd", "confirm": True, "automatic_payment_methods": ON_THIS_PAGE_ONLY}
        return self.api.v1.payment_intents.create({"amount": amount, "payment_method": card} | defaults | params)

    def settled_charge(self, card: str = "pm_card_visa", amount: int = 10_000, **params: Any) -> stripe.Charge:
        """A paid charge whose balance transaction is there."""
        charge_id = self.pay(card, amount, **params).latest_charge
        self.server.advance_clock(2)
        charge = self.api.v1.charges.retrieve(charge_id, {"expand": ["balance_transaction"]})
        assert charge.balance_transaction
        return charge

    def session(self, amount: int = 11_690, **params: Any) -> stripe.checkout.Session:
        line = {"price_data": {"currency": "usd", "unit_amount": amount, "product_data": {"name": "Kampot pepper"}}}
        defaults = {
            "mode": "payment",
            "line_items": [line | {"quantity": 1}],
            "success_url": "http://shop.example/paid?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "http://shop.example/cart",
        }
        return self.api.v1.checkout.sessions.create(defaults | params)

    def submit(self, url: str, number: str = "4242424242424242", **fields: str) -> requests.Response:
        """Send the card page as a browser does, and do not follow where it leads."""
        typed = {
            "email": "buyer@example.com",
            "cardNumber": number,
            "cardExpiry": "12 / 34",
            "cardCvc": "123",
            "billingName": "Sok Dara",
        }
        return requests.post(url, data=typed | fields, allow_redirects=False, timeout=30)

    def deliveries_done(self) -> None:
        wait_for(lambda: not self.server.call("GET", "deliveries")["data"], what="all webhooks delivered")


@pytest.fixture(scope="module")
def module_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    yield from _shop(tmp_path_factory.mktemp("stripe"))


@pytest.fixture
def shop(module_shop: Shop) -> Iterator[Shop]:
    """Shared by a module's tests, which therefore look at their own objects only."""
    yield module_shop
    module_shop.server.clear_faults()
    module_shop.receiver.status = 200


@pytest.fixture
def fresh_shop(tmp_path: Path) -> Iterator[Shop]:
    """A server that nobody used before."""
    yield from _shop(tmp_path)


def _shop(folder: Path) -> Iterator[Shop]:
    receiver = WebhookReceiver()
    try:
        with StripeServer(folder, webhook_url=receiver.url, retry_base=0.05, retry_cap=0.2) as server:
            yield Shop(server, receiver, server.client())
    finally:
        receiver.close()
