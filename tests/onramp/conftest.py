"""Card payments of one market against the Stripe test server."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import requests
from sqlalchemy import select

from app.config import current
from app.config.settings import Settings
from app.db import session as database
from app.db.session import reading, transaction
from app.events import bus
from app.ledger.queries import balance
from app.onramp import jobs, stripe_gateway
from app.onramp.actions.open_card_payment import open_card_payment, record_card_session
from app.onramp.actions.record_webhook import record_webhook
from app.onramp.events import CardDisputed, CardPaymentExpired, CardPaymentSucceeded, CardRefunded, CardRefundFailed
from app.onramp.models import CardPayment, WebhookEvent
from app.onramp.queries import card_payment_of
from tests.support.settled import settings_for
from tests.support.stripe_server import API_KEY, SECRET, StripeServer, WebhookReceiver


class Onramp:
    """Card payments of one market, its jobs run by hand."""

    def __init__(self, server: StripeServer, receiver: WebhookReceiver, database_url: str) -> None:
        self.server, self.receiver = server, receiver
        base: Settings = settings_for(database_url, "http://127.0.0.1:1", stripe_api_base=server.url)
        current.install(Settings(**{**vars(base), "stripe_api_key": API_KEY, "stripe_webhook_secret": SECRET}))
        self.engine = database.configure(database_url)
        self.heard: list[object] = []
        bus.install(
            {
                event: [lambda _session, fact: self.heard.append(fact)]
                for event in (CardPaymentSucceeded, CardPaymentExpired, CardRefunded, CardRefundFailed, CardDisputed)
            }
        )

    def open(self, cents: int = 11_690, group: UUID | None = None) -> tuple[UUID, str]:
        """(group id, address of the hosted page)"""
        group = group or uuid4()
        with transaction() as session:
            call = open_card_payment(
                session,
                order_group_id=group,
                cents=cents,
                email="buyer@example.com",
                locale="en",
                expires_at=datetime.now(UTC) + timedelta(minutes=15),
                lines=[("Kampot pepper", cents)],
                success_url="http://shop.example/paid?session={CHECKOUT_SESSION_ID}",
                cancel_url="http://shop.example/cart",
            )
        answer = stripe_gateway.create_checkout_session(call)
        with transaction() as session:
            record_card_session(session, call.payment_id, answer)
        return group, answer.url

    def pay(self, url: str, number: str = "4242424242424242") -> requests.Response:
        typed = {
            "email": "buyer@example.com",
            "cardNumber": number,
            "cardExpiry": "12 / 34",
            "cardCvc": "123",
            "billingName": "Sok Dara",
        }
        return requests.post(url, data=typed, allow_redirects=False, timeout=30)

    def hear_webhooks(self, kind: str) -> None:
        """Keep every webhook that came, as the endpoint does, and run the jobs they planned."""
        self.receiver.wait_for(kind)
        for headers, payload in list(self.receiver.requests):
            event = stripe_gateway.verify_webhook(payload, headers["Stripe-Signature"])
            with transaction() as session:
                record_webhook(session, event)
        with reading() as session:
            waiting = session.scalars(
                select(WebhookEvent.stripe_event_id).where(WebhookEvent.handled_at.is_(None))
            ).all()
        for stripe_event_id in waiting:
            jobs.handle_event(stripe_event_id)

    def books(self, number: str) -> int:
        with reading() as session:
            return balance(session, number, "USD")

    def payment(self, group: UUID) -> CardPayment:
        with reading() as session:
            found = card_payment_of(session, group)
            assert found is not None
            return found


@pytest.fixture
def onramp(tmp_path: Path, cloned_database: str) -> Iterator[Onramp]:
    receiver = WebhookReceiver()
    with StripeServer(tmp_path, webhook_url=receiver.url) as server:
        desk = Onramp(server, receiver, cloned_database)
        yield desk
        desk.engine.dispose()
        bus.install({})
    receiver.close()
