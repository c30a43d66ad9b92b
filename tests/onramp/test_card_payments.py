"""The on-ramp against the Stripe test server: what the card did, what the books say."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.db.session import reading, transaction
from app.events import bus
from app.ledger.actions.post_journal import post_journal
from app.ledger.models import Journal
from app.ledger.recipes import card_payment_succeeded
from app.onramp import jobs, stripe_gateway
from app.onramp.actions.apply_payment_snapshot import apply_payment_snapshot
from app.onramp.actions.refund_card import refund_card
from app.onramp.errors import PaymentMismatch, StripeUnavailable, WebhookRejected
from app.onramp.events import CardPaymentExpired, CardPaymentSucceeded, CardRefunded
from app.onramp.models import CardPayment, CardRefund, StripeBalanceTransaction, WebhookEvent
from app.onramp.rules import WEBHOOK_EVENTS
from tests.onramp.conftest import Onramp


def test_a_paid_card_is_booked_gross_and_told_once(onramp: Onramp) -> None:
    group, url = onramp.open()
    assert onramp.pay(url).status_code == 303
    onramp.hear_webhooks("checkout.session.completed")
    assert onramp.payment(group).state == "succeeded"
    assert onramp.payment(group).card_last4 == "4242"
    assert (onramp.books("1105"), onramp.books("2150")) == (11_690, 11_690)
    assert [type(fact) for fact in onramp.heard] == [CardPaymentSucceeded]


def test_the_return_page_and_five_webhooks_make_one_payment(onramp: Onramp) -> None:
    group, url = onramp.open()
    onramp.pay(url)
    payment = onramp.payment(group)
    assert payment.session_id is not None

    def look(_: int) -> None:
        snapshot = stripe_gateway.retrieve_checkout_session(payment.session_id or "")
        with transaction() as session:
            apply_payment_snapshot(session, payment.id, snapshot)

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(look, range(5)))
    onramp.hear_webhooks("checkout.session.completed")
    onramp.hear_webhooks("checkout.session.completed")
    assert len(onramp.heard) == 1
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(Journal)) == 1


def test_while_one_payment_is_taken_the_books_are_free_for_the_next(onramp: Onramp) -> None:
    """Both move the same accounts; only the commit of one may make the other wait."""

    def book_another(_session: Session, _fact: object) -> None:
        with transaction() as other:
            other.execute(text("SET LOCAL lock_timeout = '100ms'"))
            post_journal(other, card_payment_succeeded(payment_intent="pi_next", cents=500, at=datetime.now(UTC)))

    with transaction() as session:  # the accounts are there already
        post_journal(session, card_payment_succeeded(payment_intent="pi_before", cents=700, at=datetime.now(UTC)))
    bus.install({CardPaymentSucceeded: [book_another]})
    _, url = onramp.open(10_000)
    onramp.pay(url)
    onramp.hear_webhooks("checkout.session.completed")
    assert onramp.books("1105") == 11_200


def test_what_is_told_that_we_have_no_use_for_is_kept_without_work(onramp: Onramp) -> None:
    _, url = onramp.open()
    onramp.pay(url)
    onramp.hear_webhooks("checkout.session.completed")
    with reading() as session:
        kept = session.scalars(select(WebhookEvent)).all()
        planned = session.scalars(
            text("SELECT args->>'stripe_event_id' FROM procrastinate_jobs WHERE task_name = 'onramp.handle_event'")
        ).all()
    assert {event.type for event in kept} > {"payment_intent.created", "charge.succeeded"}
    assert all(event.handled_at for event in kept)
    assert set(planned) == {event.stripe_event_id for event in kept if event.type in WEBHOOK_EVENTS}


def test_a_payment_that_is_ours_already_is_not_asked_about_again(onramp: Onramp) -> None:
    group, url = onramp.open()
    onramp.pay(url)
    with transaction() as session:
        payment = onramp.payment(group)
        apply_payment_snapshot(session, payment.id, stripe_gateway.retrieve_checkout_session(payment.session_id or ""))
    onramp.receiver.wait_for("checkout.session.completed")
    onramp.server.faults(requests={"fail_next": 1, "path": "/v1/checkout"})
    onramp.hear_webhooks("checkout.session.completed")  # would raise StripeUnavailable if it asked
    assert onramp.payment(group).state == "succeeded"


def test_a_card_service_that_was_away_for_most_of_the_hold_still_gives_a_page(onramp: Onramp) -> None:
    group = uuid4()
    onramp.server.faults(requests={"fail_next": 3, "path": "/v1/checkout"})
    with pytest.raises(StripeUnavailable):
        onramp.open(group=group)
    onramp.server.advance_clock(14 * 60)
    _, url = onramp.open(group=group)
    assert onramp.pay(url).status_code == 303


def test_asking_twice_for_the_card_page_gives_the_same_page(onramp: Onramp) -> None:
    group, first = onramp.open()
    _, second = onramp.open(group=group)
    assert first == second


def test_a_declined_card_leaves_the_payment_open_and_another_card_pays(onramp: Onramp) -> None:
    group, url = onramp.open()
    assert onramp.pay(url, "4000000000000002").status_code == 402
    onramp.hear_webhooks("payment_intent.payment_failed")
    assert onramp.payment(group).state == "open"
    assert onramp.books("1105") == 0
    onramp.pay(url)
    onramp.hear_webhooks("checkout.session.completed")
    assert onramp.payment(group).state == "succeeded"
    assert onramp.books("1105") == 11_690


def test_a_lost_webhook_loses_nothing(onramp: Onramp) -> None:
    group, url = onramp.open()
    onramp.pay(url)
    with transaction() as session:
        payment = session.get_one(CardPayment, onramp.payment(group).id)
        payment.created_at -= timedelta(minutes=2)
    jobs.look_again()
    assert onramp.payment(group).state == "succeeded"


def test_the_fee_is_booked_when_the_late_balance_transaction_appears(onramp: Onramp) -> None:
    _, url = onramp.open(10_000)
    onramp.pay(url)
    onramp.hear_webhooks("checkout.session.completed")
    jobs.sync_balance()
    assert (onramp.books("1100"), onramp.books("5100")) == (0, 0)
    onramp.server.advance_clock(3_600)
    jobs.sync_balance()
    jobs.sync_balance()
    assert (onramp.books("1105"), onramp.books("1100"), onramp.books("5100")) == (0, 9_680, 320)
    held = stripe_gateway.balance()
    assert held.available_cents + held.pending_cents == 9_680


def test_a_webhook_about_one_charge_reads_the_row_of_that_charge_and_no_other(onramp: Onramp) -> None:
    for cents in (10_000, 20_000):
        _, url = onramp.open(cents)
        onramp.pay(url)
    onramp.hear_webhooks("checkout.session.completed")
    onramp.server.advance_clock(3_600)
    first = onramp.receiver.wait_for("charge.updated")[0]
    jobs._react("charge.updated", first["data"]["object"])  # one of the two webhooks alone
    with reading() as session:
        (kept,) = session.scalars(select(StripeBalanceTransaction)).all()
    assert kept.id == first["data"]["object"]["balance_transaction"]
    assert onramp.books("1100") == kept.net
    onramp.hear_webhooks("charge.updated")
    assert onramp.books("1105") == 0, "the other came with its own webhook, the first was not booked twice"


def test_a_card_refund_is_asked_once_and_booked_once(onramp: Onramp) -> None:
    group, url = onramp.open(10_000)
    onramp.pay(url)
    onramp.hear_webhooks("checkout.session.completed")
    for _ in range(2):
        with transaction() as session:
            refund_card(session, order_group_id=group, order_id=None, cents=4_000, key="refund:1", reason="seller")
    with reading() as session:
        (refund_id,) = session.scalars(select(CardRefund.id)).all()
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: jobs.send_refund(str(refund_id)), range(3)))
    onramp.server.advance_clock(3_600)
    jobs.send_refund(str(refund_id))
    jobs.sync_balance()
    assert onramp.books("2150") == 6_000
    assert (onramp.books("1105"), onramp.books("1100")) == (0, 10_000 - 320 - 4_000)
    assert [type(fact) for fact in onramp.heard] == [CardPaymentSucceeded, CardRefunded]


def test_an_expired_page_is_told_and_nothing_is_booked(onramp: Onramp) -> None:
    group, url = onramp.open()
    jobs.expire_payment(str(onramp.payment(group).id))
    assert onramp.payment(group).state == "expired"
    assert [type(fact) for fact in onramp.heard] == [CardPaymentExpired]
    assert onramp.pay(url).status_code != 303
    assert onramp.books("1105") == 0


def test_a_payment_made_before_we_closed_the_page_wins(onramp: Onramp) -> None:
    group, url = onramp.open()
    onramp.pay(url)
    jobs.expire_payment(str(onramp.payment(group).id))
    assert onramp.payment(group).state == "succeeded"


def test_an_amount_changed_behind_our_back_is_not_taken_as_paid(onramp: Onramp) -> None:
    group, url = onramp.open()
    onramp.pay(url)
    payment = onramp.payment(group)
    with transaction() as session:
        session.get_one(CardPayment, payment.id).amount_minor = 1
    snapshot = stripe_gateway.retrieve_checkout_session(payment.session_id or "")
    with pytest.raises(PaymentMismatch), transaction() as session:
        apply_payment_snapshot(session, payment.id, snapshot)
    assert onramp.payment(group).state == "open"
    assert onramp.books("1105") == 0


def test_a_webhook_with_a_wrong_or_old_signature_is_refused(onramp: Onramp) -> None:
    _, url = onramp.open()
    onramp.pay(url)
    onramp.receiver.wait_for("checkout.session.completed")
    headers, payload = onramp.receiver.requests[-1]
    changed = json.dumps(json.loads(payload) | {"id": "evt_forged"}).encode()
    signature = headers["Stripe-Signature"]
    old = signature.replace(signature[2:12], str(int(signature[2:12]) - 3_600))
    for body, given in ((changed, signature), (payload, old), (payload, None), (payload, "t=1,v1=x")):
        with pytest.raises(WebhookRejected):
            stripe_gateway.verify_webhook(body, given)


def test_a_chargeback_is_booked_with_its_fee(onramp: Onramp) -> None:
    _, url = onramp.open(10_000)
    onramp.pay(url, "4000000000000259")
    onramp.hear_webhooks("charge.dispute.created")
    onramp.server.advance_clock(3_600)
    jobs.sync_balance()
    assert onramp.books("1120") == 10_000
    assert onramp.books("5110") > 0
    held = stripe_gateway.balance()
    assert onramp.books("1100") == held.available_cents + held.pending_cents
