"""The market's pages over a real database, chain and card service, as a browser without JavaScript sees them."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.db.session import reading
from app.identity.actor import Actor
from app.identity.models import User
from app.orders.models import OrderGroup
from app.wiring import create_app
from tests.support.evm import EvmChain
from tests.support.settled import settings_for
from tests.support.stripe_server import API_KEY, SECRET, StripeServer
from tests.support.trade import Trade

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
        page = self.look("/cart")
        token = csrf_of(page) or csrf_of(self.look("/checkout/token-page", status=404))
        return self.browser.post(
            "/cart/add", data={"csrf_token": token, "variant_id": str(variant_id), "quantity": str(quantity)}
        )

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
        self.settings = settings_for(
            trade.engine.url.render_as_string(hide_password=False),
            chain.url,
            stripe_api_base=stripe.url,
            media_url=str(media),
        )
        self.app = create_app(self.settings)

    def visitor(self) -> Visitor:
        return Visitor(self.app)

    def member(self, actor: Actor) -> Visitor:
        """Somebody who is signed in."""
        visitor = self.visitor()
        with reading() as session:
            user = session.get_one(User, actor.user_id)
        with visitor.browser.session_transaction() as cookie:
            cookie["_user_id"] = user.fs_uniquifier
            cookie["_fresh"] = True
            cookie["identity"] = user.fs_uniquifier
        return visitor

    def group(self) -> OrderGroup:
        """The only checkout there is."""
        with reading() as session:
            return session.query(OrderGroup).one()

    def pay_at_card_service(self, page_url: str, *, card: str = "4242424242424242") -> None:
        """Type a card on the hosted page."""
        raise NotImplementedError


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


def csrf_of(page: str) -> str | None:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    return found[1] if found else None


@pytest.fixture
def front(trade: Trade, evm: EvmChain, tmp_path: Path) -> Iterator[Front]:
    stripe = StripeServer(tmp_path)
    yield Front(trade, stripe, evm, tmp_path / "media")
    stripe.stop()
