"""The market's pages over a real database, chain and card service, as a browser without JavaScript sees them."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
import requests
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.catalog.models import Variant
from app.config import current
from app.db.session import engine, reading
from app.identity.actor import Actor
from app.orders.models import OrderGroup
from app.web.limits import limiter
from app.wiring import JOBS, create_app
from tests.support.evm import EvmChain
from tests.support.http import serving
from tests.support.settled import settings_for
from tests.support.signing_in import sign_in
from tests.support.stripe_server import API_KEY, SECRET, StripeServer
from tests.support.trade import Trade
from tests.support.waiting import wait_for
from tests.support.working import work_until_empty

_HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
_ATTRIBUTE = re.compile(r'(name|value)="([^"]*)"')
ADDRESS_KH = {"country": "KH", "street": "St 178, no 12", "city": "Phnom Penh"}
CONTACT = {"email": "Dara@People.example", "name": "Dara Chan", "phone": "091 234 567"}


class Visitor:
    """A person with a browser: keeps cookies, sends the forms of the pages it was shown."""

    def __init__(self, app: Flask) -> None:
        self.browser: FlaskClient = app.test_client()

    def look(self, path: str, *, status: int = 200) -> str:
        answer = self.browser.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.headers.get('Location')}"
        return answer.get_data(as_text=True)

    def send(self, page: str, action: str, **fields: Any) -> TestResponse:
        """Send the form of `page` whose address is `action`, its hidden fields included."""
        return self.browser.post(action, data={**hidden_fields(page, action), **fields})

    def fill(self, path: str, **fields: Any) -> TestResponse:
        """Open a page and send its own form."""
        return self.send(self.look(path), path, **fields)

    def add(self, variant_id: UUID, quantity: object = 1) -> TestResponse:
        """As the form of a product page does."""
        with reading() as session:
            slug = session.get_one(Variant, variant_id).listing.slug
        fields = {"variant_id": str(variant_id), "quantity": str(quantity), "next": "/cart"}
        return self.send(self.look(f"/p/{slug}"), "/cart/add", **fields)

    def check_out(self, **address: str) -> str:
        """Fill in all screens; gives the review page."""
        assert self.fill("/checkout", **CONTACT).status_code == 303
        assert self.fill("/checkout/address", **{**ADDRESS_KH, **address}).status_code == 303
        assert self.fill("/checkout/shipping").status_code == 303
        return self.look("/checkout/review")

    def pay(self, review: str) -> TestResponse:
        return self.send(review, "/checkout/pay")


class Front:
    """The application, and everything behind it as `trade`."""

    def __init__(self, trade: Trade, stripe: StripeServer, chain: EvmChain, media: Path) -> None:
        self.trade, self.stripe = trade, stripe
        url = trade.engine.url.render_as_string(hide_password=False)
        self.settings = replace(
            settings_for(url, chain.url),
            stripe_api_base=stripe.url,
            stripe_api_key=API_KEY,
            stripe_webhook_secret=SECRET,
            media_url=str(media),
            papers_url=str(media.parent / "papers"),
        )
        self.app = create_app(self.settings)

    def visitor(self) -> Visitor:
        return Visitor(self.app)

    def member(self, actor: Actor) -> Visitor:
        """Somebody who is signed in."""
        visitor = self.visitor()
        assert actor.user_id is not None
        sign_in(visitor.browser, actor.user_id)
        return visitor

    def group(self) -> OrderGroup:
        """The only checkout there is."""
        with reading() as session:
            return session.query(OrderGroup).one()

    @contextmanager
    def listening(self) -> Iterator[str]:
        """The market at an address of its own, where the card service tells it of everything that happens there."""
        with serving(self.app) as address:
            endpoints = self.stripe.client().v1.webhook_endpoints
            made = endpoints.create({"url": f"{address}/webhooks/stripe", "enabled_events": ["*"]})
            current.install(replace(self.settings, stripe_webhook_secret=made.secret))
            yield address
            current.install(self.settings)

    def hear_all(self) -> None:
        """Until the card service has nothing more to say; what it said is then on the queue."""
        wait_for(lambda: not self.stripe.call("GET", "deliveries")["data"], what="the last webhook")

    def work(self) -> None:
        """Do all that waits on the queue, with the worker of production."""
        work_until_empty(self.settings.database_url, JOBS)

    def come_back(self, visitor: Visitor, back: str | None) -> TestResponse:
        """The card page leads the buyer back to the market."""
        assert back is not None, "the card was declined"
        return visitor.browser.get(back.removeprefix(self.settings.public_url))

    def cookies(self, visitor: Visitor, address: str) -> list[dict[str, str]]:
        """What a visitor carries, for a real browser to go on with."""
        kept = visitor.browser._cookies.values()  # the test client offers no list of them
        return [{"name": cookie.key, "value": cookie.value, "url": address} for cookie in kept]

    def pay_at_card_service(self, page_url: str, *, card: str = "4242424242424242") -> str | None:
        """Type a card on the hosted page; gives where the buyer is led, None when the card was declined."""
        page = requests.get(page_url, timeout=30).text
        answer = requests.post(
            page_url,
            data={
                **hidden_fields(page, urlsplit(page_url).path),
                "cardNumber": card,
                "cardExpiry": "12/40",
                "cardCvc": "123",
                "billingName": "Dara Chan",
            },
            allow_redirects=False,
            timeout=30,
        )
        return answer.headers.get("Location")


def hidden_fields(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form with this address, or of the one without any."""
    forms = re.findall(r"<form[^>]*>.*?</form>", page, re.DOTALL)
    own = [form for form in forms if f'action="{action}"' in form.split(">", 1)[0]]
    bare = [form for form in forms if "action=" not in form.split(">", 1)[0]]
    (form,) = own[:1] or bare[:1]
    checked = re.findall(r'<input type="radio"[^>]*checked[^>]*>', form)
    return {
        found["name"]: unescape(found.get("value", ""))
        for found in (dict(_ATTRIBUTE.findall(tag)) for tag in [*_HIDDEN.findall(form), *checked])
        if "name" in found
    }


@contextmanager
def opened(trade: Trade, chain: EvmChain, folder: Path) -> Iterator[Front]:
    """The application over `trade` until the end of the block."""
    limiter.enabled = False  # everybody shares one address here; limits have tests of their own
    with StripeServer(folder) as stripe:
        yield Front(trade, stripe, chain, folder / "media")
        engine().dispose()  # the application opened one of its own
    limiter.enabled = True


@pytest.fixture
def front(trade: Trade, evm: EvmChain, tmp_path: Path) -> Iterator[Front]:
    with opened(trade, evm, tmp_path) as front:
        yield front
