"""What happens to an order reaches the shop's program signed, once, until it is taken or given up."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from standardwebhooks import WebhookVerificationError

from app.config import current
from app.db.session import in_transaction, reading, transaction
from app.notify.models import OutgoingMail
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.refund_order import refund_order
from app.orders.actions.ship_order import correct_tracking, mark_delivered, ship_order
from app.orders.schemas import OrderSchema
from app.webhooks.actions.deliver import Outcome, claim_delivery, forget_deliveries, record_outcome
from app.webhooks.actions.keep_endpoint import EndpointTerms, add_endpoint, rotate_secret
from app.webhooks.actions.send_again import send_again, send_test
from app.webhooks.jobs import send, send_next
from app.webhooks.models import WebhookDelivery, WebhookEndpoint
from app.webhooks.rules import KINDS, PAUSES
from tests.support.receiver import receiving
from tests.support.trade import buyer_of


@pytest.fixture(autouse=True)
def inside(trade):
    before = current.settings()
    current.install(replace(before, webhooks_inside="on"))
    yield
    current.install(before)


def an_endpoint(shop, url, kinds=tuple(KINDS)):
    with transaction() as session:
        endpoint, secret = add_endpoint(session, shop.owner, shop.id, EndpointTerms(url, kinds), form_token=uuid4())
        return endpoint.id, secret


def deliveries():
    with reading() as session:
        return session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)).all()


def endpoint():
    with reading() as session:
        return session.scalars(select(WebhookEndpoint)).one()


def make_due():
    with transaction() as session:
        session.execute(
            update(WebhookDelivery).where(WebhookDelivery.state == "waiting").values(due_at=datetime.now(UTC))
        )


def try_out(shop, endpoint_id):
    with transaction() as session:
        send_test(session, shop.owner, endpoint_id, form_token=uuid4(), now=datetime.now(UTC))


def test_the_life_of_an_order_is_told_signed_and_in_the_shape_of_the_api(trade):
    shop, other = trade.shop_of(), trade.shop_of(name="Mekong Silk")
    with receiving() as receiver, receiving() as elsewhere:
        _id, secret = an_endpoint(shop, receiver.url)
        an_endpoint(other, elsewhere.url)
        group = trade.paid_group({trade.goods(shop): 2})
        order = group.orders[0]
        with transaction() as session:
            ship_order(session, shop.owner, order.id, carrier="VET", tracking="KP 1", now=trade.now())
            correct_tracking(session, shop.owner, order.id, carrier="VET", tracking="KP 2")
            mark_delivered(session, shop.owner, order.id, now=trade.now())
        with transaction() as session:
            confirm_receipt(session, buyer_of(group), order.id, now=trade.now())
        trade.settle()
        send()
        told = receiver.verified(secret)
        assert [one["type"] for one in told] == [
            "order.paid", "order.shipped", "order.delivered", "order.received", "order.released",
        ]  # fmt: skip
        assert all(one["version"] == "1" for one in told)
        assert [one["data"]["number"] for one in told] == [order.number] * 5
        assert OrderSchema().dump(OrderSchema().load(told[-1]["data"])) == told[-1]["data"]
        assert told[-1]["data"]["settlement_status"] == "released"
        assert "Dara" not in json.dumps(told)
        assert elsewhere.heard == []
        assert len(set(receiver.ids)) == 5
        with pytest.raises(WebhookVerificationError):
            receiver.verified("whsec_" + "A" * 43 + "=")
    assert {(one.state, one.last_status, one.tries) for one in deliveries()} == {("taken", 204, 1)}


def test_money_given_back_cancellations_and_the_last_of_the_goods_are_told(trade):
    shop = trade.shop_of()
    with receiving() as receiver:
        _id, secret = an_endpoint(shop, receiver.url, ("order.canceled", "order.refunded", "listing.out_of_stock"))
        variant = trade.goods(shop, stock=2)
        order = trade.paid_group({variant: 2}).orders[0]
        with transaction() as session:
            refund_order(
                session, shop.owner, order.id, cents=order.total_cents, reason="x", form_token=uuid4(), now=trade.now()
            )
        trade.settle()
        trade.send_card_refunds()
        send()
        told = receiver.verified(secret)
        assert [one["type"] for one in told] == ["listing.out_of_stock", "order.canceled", "order.refunded"]
        assert (told[0]["data"]["variant_id"], told[0]["data"]["stock"]) == (str(variant), 0)


def test_nothing_is_told_of_what_is_rolled_back(trade):
    shop = trade.shop_of()
    an_endpoint(shop, "http://127.0.0.1:9/x")
    order = trade.paid_group({trade.goods(shop): 1}).orders[0]
    before = len(deliveries())
    with pytest.raises(ZeroDivisionError), transaction() as session:
        ship_order(session, shop.owner, order.id, carrier="VET", tracking="KP 1", now=trade.now())
        raise ZeroDivisionError
    assert len(deliveries()) == before


def test_what_is_not_taken_is_tried_again_later_under_the_same_id(trade):
    shop = trade.shop_of()
    with receiving(500) as receiver:
        endpoint_id, secret = an_endpoint(shop, receiver.url)
        try_out(shop, endpoint_id)
        send()
        (failed,) = deliveries()
        assert (failed.state, failed.last_status, failed.last_answer) == ("waiting", 500, "ok")
        assert timedelta(seconds=3) < failed.due_at - datetime.now(UTC) < timedelta(seconds=6)
        assert endpoint().failing_since is not None
        assert not send_next()
        receiver.answer = 200
        make_due()
        send()
        assert receiver.verified(secret)[0]["type"] == "test"
        assert len(receiver.heard) == 2
        assert len(set(receiver.ids)) == 1
        assert receiver.heard[0].body == receiver.heard[1].body
    (taken,) = deliveries()
    assert (taken.state, taken.tries, endpoint().failing_since) == ("taken", 2, None)


def test_a_message_is_given_up_after_ten_tries_and_sent_again_by_hand(trade):
    shop = trade.shop_of()
    with receiving(503) as receiver:
        endpoint_id, _secret = an_endpoint(shop, receiver.url)
        try_out(shop, endpoint_id)
        for _ in range(len(PAUSES) + 2):
            make_due()
            send_next()
        (given_up,) = deliveries()
        assert (given_up.state, given_up.tries, len(receiver.heard)) == ("failed", 10, 10)
        receiver.answer = 200
        with transaction() as session:
            send_again(session, shop.owner, given_up.id, now=datetime.now(UTC))
        send()
        assert (deliveries()[0].state, len(set(receiver.ids))) == ("taken", 1)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 304, 404])
def test_who_is_led_elsewhere_has_not_taken_it(trade, status):
    shop = trade.shop_of()
    with receiving(status) as receiver:
        endpoint_id, _secret = an_endpoint(shop, receiver.url)
        try_out(shop, endpoint_id)
        send()
        assert (deliveries()[0].state, deliveries()[0].last_status) == ("waiting", status)


def test_an_address_that_takes_nothing_for_days_is_turned_off_and_its_owner_is_told(trade):
    shop = trade.shop_of()
    endpoint_id, _secret = an_endpoint(shop, "http://127.0.0.1:9/x")
    for _ in range(2):
        try_out(shop, endpoint_id)
    send_next()
    assert endpoint().disabled_at is None
    with transaction() as session:
        session.execute(update(WebhookEndpoint).values(failing_since=datetime.now(UTC) - timedelta(days=3)))
    make_due()
    send_next()
    assert endpoint().disabled_why == "failing"
    assert {one.state for one in deliveries()} == {"failed"}
    with reading() as session:
        (mail,) = session.scalars(select(OutgoingMail).where(OutgoingMail.key.startswith("webhook:")))
        assert f"/desk/webhooks/{endpoint_id}" in mail.body
    trade.paid_group({trade.goods(shop): 1})
    assert len(deliveries()) == 2


def test_who_says_that_it_is_gone_is_not_asked_again(trade):
    shop = trade.shop_of()
    with receiving(410) as receiver:
        endpoint_id, _secret = an_endpoint(shop, receiver.url)
        for _ in range(2):
            try_out(shop, endpoint_id)
        send()
        assert (len(receiver.heard), endpoint().disabled_why) == (1, "gone")


def test_for_a_day_both_secrets_verify(trade):
    shop = trade.shop_of()
    with receiving() as receiver:
        endpoint_id, old = an_endpoint(shop, receiver.url)
        with transaction() as session:
            new = rotate_secret(session, shop.owner, endpoint_id, seen=1, now=datetime.now(UTC))
            assert rotate_secret(session, shop.owner, endpoint_id, seen=1, now=datetime.now(UTC)) is None
        try_out(shop, endpoint_id)
        send()
        assert receiver.verified(old) == receiver.verified(new)
        with transaction() as session:
            session.execute(update(WebhookEndpoint).values(overlap_until=datetime.now(UTC)))
        receiver.heard.clear()
        try_out(shop, endpoint_id)
        send()
        receiver.verified(new)
        with pytest.raises(WebhookVerificationError):
            receiver.verified(old)


def test_no_copy_of_the_database_holds_a_secret(trade):
    shop = trade.shop_of()
    _id, secret = an_endpoint(shop, "http://127.0.0.1:9/x")
    with reading() as session:
        kept = str(session.execute(select(*WebhookEndpoint.__table__.columns)).one())
    assert secret.removeprefix("whsec_")[:10] not in kept


def test_two_workers_ask_an_address_one_thing_at_a_time(trade):
    shop = trade.shop_of()
    endpoint_id, _secret = an_endpoint(shop, "http://127.0.0.1:9/x")
    for _ in range(4):
        try_out(shop, endpoint_id)
    now = datetime.now(UTC)
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: in_transaction(lambda session: claim_delivery(session, now)), range(4)))
    (call,) = [claim for claim in claims if claim]
    with transaction() as session:
        record_outcome(session, call.delivery_id, Outcome(200, ""), now)
    assert in_transaction(lambda session: claim_delivery(session, now)).delivery_id != call.delivery_id


def test_a_worker_that_died_while_it_asked_is_followed_by_another(trade):
    shop = trade.shop_of()
    endpoint_id, _secret = an_endpoint(shop, "http://127.0.0.1:9/x")
    try_out(shop, endpoint_id)
    now = datetime.now(UTC)
    first = in_transaction(lambda session: claim_delivery(session, now))
    assert in_transaction(lambda session: claim_delivery(session, now + timedelta(seconds=30))) is None
    second = in_transaction(lambda session: claim_delivery(session, now + timedelta(seconds=61)))
    assert first.message_id == second.message_id


def test_the_log_is_kept_for_a_month(trade):
    shop = trade.shop_of()
    endpoint_id, _secret = an_endpoint(shop, "http://127.0.0.1:9/x")
    try_out(shop, endpoint_id)
    with transaction() as session:
        forget_deliveries(session, datetime.now(UTC) + timedelta(days=29))
        assert session.scalar(select(WebhookDelivery.id)) is not None
        forget_deliveries(session, datetime.now(UTC) + timedelta(days=31))
        assert session.scalar(select(WebhookDelivery.id)) is None
