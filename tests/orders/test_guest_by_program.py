"""Who bought without an account does by the key of the order what the link of the mail lets them do on its page."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.db.session import reading, transaction
from app.messages.models import Message, Report
from app.orders.account_schemas import OrderDetailSchema
from app.orders.actions.forget_buyer import forget_buyer
from app.orders.models import Order, OrderEvent
from app.orders.return_models import DisputeEvidence, OrderReturn
from app.orders.return_schemas import DisputeSchema, ReturnSchema
from app.web.limits import limiter
from app.wiring import create_app
from tests.api.test_files_by_program import BOTH, PDF, a_file, read
from tests.orders.test_handover import MEET
from tests.orders.test_selling_by_program import PARCEL
from tests.support.front import Front
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade

WRONG = {"reason": "damaged", "text": "One jar is broken."}


def bought(front: Front, trade: Trade, **how: Any) -> tuple[Program, Program, Order]:
    """A guest's program, the shop's, and the order that is paid and held."""
    shop = trade.shop_of(**how)
    group = trade.paid_group({trade.goods(shop): 2})
    assert group.buyer_id is None
    guest = Program(front.app, order_key=group.access_token)
    return guest, Program(front.app, a_token(shop.owner, shop=shop.id)), group.orders[0]


def count(table: type) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_a_guest_reads_the_order_and_cancels_it_before_it_leaves(front: Front, trade: Trade) -> None:
    guest, _shop, order = bought(front, trade)
    path = f"/orders/{order.number}"
    seen = guest.ask("GET", path)
    as_documented(OrderDetailSchema, seen)
    assert [row["number"] for row in guest.ask("GET", "/orders")["rows"]] == [order.number]
    assert guest.send("GET", f"{path}/proforma.pdf").data.startswith(b"%PDF")
    assert guest.twice("POST", f"{path}/cancellation")["settlement_status"] == "in_escrow"
    before = count(OrderEvent)
    guest.ask("POST", f"{path}/cancellation")
    assert count(OrderEvent) == before, "twice is once, under another key too"
    trade.settle()
    assert guest.ask("GET", path)["settlement_status"] == "refunded"


def test_a_guest_has_the_goods_and_rates_the_shop(front: Front, trade: Trade) -> None:
    guest, shop, order = bought(front, trade)
    path = f"/orders/{order.number}"
    assert guest.ask("POST", f"{path}/receipt", status=409)["code"] == "order-not-shipped"
    shop.ask("POST", f"/shop{path}/shipment", PARCEL)
    assert guest.ask("POST", f"{path}/cancellation", status=409)["code"] == "already-shipped"
    guest.twice("POST", f"{path}/receipt")
    trade.settle()
    assert guest.ask("GET", path)["settlement_status"] == "released"
    assert guest.twice("PUT", f"{path}/rating", {"stars": 5, "text": "As told."})["mine"]["stars"] == 5
    assert guest.ask("GET", f"{path}/rating")["mine"]["stars"] == 5


def test_a_guest_takes_goods_over_in_person_by_a_code(front: Front, trade: Trade) -> None:
    guest, shop, order = bought(front, trade, rates=[MEET])
    path = f"/orders/{order.number}/handover"
    code = guest.ask("POST", path)["code"]
    assert shop.ask("POST", f"/shop{path}", {"code": code})["fulfillment_status"] == "delivered"


def test_a_guest_sends_goods_back(front: Front, trade: Trade) -> None:
    guest, shop, order = bought(front, trade)
    path = f"/orders/{order.number}/returns"
    shop.ask("POST", f"/shop/orders/{order.number}/shipment", PARCEL)
    wish = {**WRONG, "items": [{"line_id": str(order.lines[0].id), "quantity": 1}], "files": BOTH}
    found = guest.twice("POST", path, wish, status=201)
    as_documented(ReturnSchema, found)
    assert count(OrderReturn) == 1
    one = f"{path}/{found['id']}"
    assert read(guest, f"/orders/files/{found['files'][1]['id']}") == (200, "application/pdf", PDF)
    shop.ask("POST", f"/shop{one}/approval", {"return_address": "Kampot market 3", "postage": "seller"})
    assert guest.twice("POST", f"{one}/parcel", {"carrier": "EMS", "tracking": "R 1"})["tracking"] == "R 1"
    shop.ask("POST", f"/shop{one}/receipt", {"condition": "As new."})
    back = {"amount": found["items"][0]["worth_usd"], "reason": "It came back."}
    shop.ask("POST", f"/shop{one}/refund", back)
    assert guest.ask("GET", path)["rows"][0]["state"] == "refunded"


def test_a_guest_reports_a_problem_and_shows_the_case(front: Front, trade: Trade) -> None:
    guest, shop, order = bought(front, trade)
    path = f"/orders/{order.number}"
    shop.ask("POST", f"/shop{path}/shipment", PARCEL)
    guest.twice("POST", f"{path}/problem", {**WRONG, "files": BOTH[:1]})
    trade.settle()
    (first,) = guest.ask("GET", f"{path}/dispute")["evidence"]
    assert len(first["files"]) == 1
    told = guest.twice("POST", f"{path}/dispute/evidence", {"text": "See the jar.", "files": BOTH[:1]}, status=201)
    as_documented(DisputeSchema, told)
    answer = {"text": "It left whole.", "files": BOTH[1:]}
    shop.ask("POST", f"/shop{path}/dispute/evidence", answer, status=201)
    shown = guest.ask("GET", f"{path}/dispute")["evidence"]
    assert ([one["side"] for one in shown], count(DisputeEvidence)) == (["buyer", "buyer", "seller"], 3)
    assert read(guest, f"/orders/files/{shown[2]['files'][0]['id']}")[2] == PDF
    bad = {"text": "Run it.", "files": [a_file("a.pdf", b"MZ\x90\x00")]}
    assert guest.ask("POST", f"{path}/dispute/evidence", bad, status=422)["code"] == "not-showable"


def test_a_guest_and_the_shop_write_to_each_other(front: Front, trade: Trade) -> None:
    guest, shop, order = bought(front, trade)
    path = f"/orders/{order.number}/messages"
    assert guest.ask("GET", "/messages")["rows"] == []
    answer = shop.ask("POST", f"/shop{path}", {"body": "It leaves today.", "files": BOTH[1:]}, status=201)
    (row,) = guest.ask("GET", "/messages")["rows"]
    assert (row["last_body"], row["unread"], row["reference"]) == ("It leaves today.", 1, order.number)
    thread = f"/messages/{row['id']}"
    (said,) = guest.ask("GET", thread)["rows"]
    assert read(guest, f"/messages/files/{said['files'][0]['id']}")[2] == PDF
    guest.twice("POST", f"{thread}/seen", {"sequence": 1})
    assert guest.ask("GET", "/messages")["rows"][0]["unread"] == 0
    guest.twice("POST", thread, {"body": "Thank you."}, status=201)
    guest.twice("POST", path, {"body": "Is it well packed?"}, status=201)
    assert [one["body"] for one in shop.ask("GET", f"/shop/messages/{answer['id']}")["rows"]] == [
        "Is it well packed?", "Thank you.", "It leaves today.",
    ]  # fmt: skip
    assert count(Message) == 3
    guest.twice("POST", "/messages/reports", {"message_id": said["id"], "reason": "spam"}, status=201)
    assert count(Report) == 1
    assert guest.twice("POST", f"{thread}/block")["blocked_by"] == ["buyer"]
    assert guest.ask("DELETE", f"{thread}/block")["blocked_by"] == []


def test_the_key_of_another_order_finds_nothing_and_changes_nothing(front: Front, trade: Trade) -> None:
    guest, shop, order = bought(front, trade)
    shop.ask("POST", f"/shop/orders/{order.number}/shipment", PARCEL)
    wish = {**WRONG, "items": [{"line_id": str(order.lines[0].id), "quantity": 1}], "files": BOTH}
    back = guest.ask("POST", f"/orders/{order.number}/returns", wish, status=201)
    thread = guest.ask("POST", f"/orders/{order.number}/messages", {"body": "Hello.", "files": BOTH}, status=201)
    other, _shop, _order = bought(front, trade, name="Mekong Silk")
    path, talk = f"/orders/{order.number}", f"/messages/{thread['id']}"
    before = [count(table) for table in (OrderEvent, Message, OrderReturn, DisputeEvidence, Report)]
    for method, where, body in (
        ("GET", path, None), ("POST", f"{path}/receipt", None), ("POST", f"{path}/cancellation", None),
        ("POST", f"{path}/problem", WRONG), ("GET", f"{path}/returns", None), ("POST", f"{path}/returns", wish),
        ("POST", f"{path}/returns/{back['id']}/cancellation", None), ("GET", f"{path}/dispute", None),
        ("POST", f"{path}/returns/{back['id']}/parcel", {"carrier": "EMS"}),
        ("POST", f"{path}/dispute/evidence", {"text": "Mine."}), ("POST", f"{path}/messages", {"body": "Mine."}),
        ("GET", f"{path}/rating", None), ("PUT", f"{path}/rating", {"stars": 1}), ("POST", f"{path}/handover", None),
        ("GET", f"{path}/to-sign?act=release", None), ("GET", f"{path}/proforma.pdf", None),
        ("GET", f"/orders/files/{back['files'][0]['id']}", None), ("GET", talk, None), ("POST", talk, {"body": "Mine."}),
        ("POST", f"{talk}/seen", {"sequence": 1}), ("POST", f"{talk}/block", None), ("DELETE", f"{talk}/block", None),
        ("GET", f"/messages/files/{thread['rows'][0]['files'][0]['id']}", None),
        ("POST", "/messages/reports", {"message_id": thread["rows"][0]["id"], "reason": "spam"}),
        ("GET", f"/order-groups/{order.group_id}/payment", None),
    ):  # fmt: skip
        other.ask(method, where, body, status=404)
    assert other.ask("GET", "/messages")["rows"] == []
    assert [count(table) for table in (OrderEvent, Message, OrderReturn, DisputeEvidence, Report)] == before


@pytest.mark.parametrize("key", ["", "x", "A" * 32, "A" * 65, "'; --", "ក" * 9, "../..", "%00"])
def test_a_key_that_opens_nothing_is_said_to_be_so(front: Front, trade: Trade, key: str) -> None:
    _guest, _shop, order = bought(front, trade)
    answer = Program(front.app).send("POST", f"/orders/{order.number}/cancellation", **{"Order-Key": key})
    assert (answer.status_code, answer.json["code"]) == (401, "order-key-unknown")
    assert "WWW-Authenticate" in answer.headers
    assert trade.story(order.id).axes.settlement != "refunded"


def test_a_key_opens_nothing_that_is_an_accounts_or_a_shops(front: Front, trade: Trade) -> None:
    """Only operations that say so in the document take it."""
    guest, _shop, _order = bought(front, trade)
    document = front.app.test_client().get("/api/v1/openapi.json").json
    assert document["components"]["securitySchemes"]["order_key"]["name"] == "Order-Key"
    taking = set()
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if method not in {"get", "post", "put", "patch", "delete"} or "security" not in operation:
                continue
            filled = re.sub(r"{\w+}", str(uuid4()), re.sub("{position}|{seal_number}", "0", path)).removeprefix(
                "/api/v1"
            )
            if guest.send(method.upper(), filled).status_code != 401:
                taking.add((method, path))
                assert operation["security"][1:] == [{"order_key": []}], path
            else:
                assert len(operation["security"]) == 1, path
    assert ("post", "/api/v1/orders/{number}/cancellation") in taking
    assert ("post", "/api/v1/messages") not in taking, "who asks about goods has an account"


def test_the_token_counts_where_a_key_is_sent_too(front: Front, trade: Trade) -> None:
    guest, _shop, order = bought(front, trade)
    person = a_token(trade.person(), "buy")
    path = f"/orders/{order.number}"
    both = Program(front.app, person, order_key=guest.order_key)
    assert both.ask("GET", path, status=404)["code"] == "order-not-found"
    refused = Program(front.app, "phsar_x", order_key=guest.order_key)
    assert refused.ask("GET", path, status=401)["code"] == "token-unknown"


def test_one_key_of_idempotency_of_two_guests_is_two(front: Front, trade: Trade) -> None:
    (first, _one, order), (second, _other, another) = bought(front, trade), bought(front, trade, name="Mekong Silk")
    once = {"Idempotency-Key": "same"}
    assert first.ask("POST", f"/orders/{order.number}/cancellation", **once)["number"] == order.number
    assert second.ask("POST", f"/orders/{another.number}/cancellation", **once)["number"] == another.number
    again = first.ask("POST", f"/orders/{order.number}/problem", WRONG, status=422, **once)
    assert again["code"] == "idempotency-key-reused"
    assert first.ask("POST", f"/orders/{order.number}/receipt", status=422, **{"Idempotency-Key": ""})["errors"]


def test_the_key_ends_with_the_link_of_the_mail(front: Front, trade: Trade) -> None:
    guest, _shop, order = bought(front, trade)
    guest.ask("GET", f"/orders/{order.number}")
    with transaction() as session:
        forget_buyer(session, order.group_id, now=trade.now())
    assert guest.ask("GET", f"/orders/{order.number}", status=401)["code"] == "order-key-unknown"


@pytest.fixture
def paced(front: Front) -> Iterator[Flask]:
    limiter.enabled = True
    app = create_app(front.settings)
    yield app
    limiter.reset()
    limiter.enabled = False


def test_a_guest_writes_as_often_as_on_the_page_by_all_keys_together(front: Front, trade: Trade, paced: Flask) -> None:
    guest, _shop, order = bought(front, trade)
    other, _other, another = bought(front, trade, name="Mekong Silk")
    programs = [(Program(paced, order_key=one.order_key), of) for one, of in ((guest, order), (other, another))]
    for number in range(10):
        program, of = programs[number % 2]
        program.ask("POST", f"/orders/{of.number}/messages", {"body": f"{number}"}, status=201)
    for program, of in programs:
        told = program.ask("POST", f"/orders/{of.number}/messages", {"body": "More."}, status=429)
        assert told["code"] == "too-many-requests"
    elsewhere = programs[0][0].app.test_client(use_cookies=False)
    sent = {"Order-Key": guest.order_key or "", "Idempotency-Key": "x"}
    answer = elsewhere.post(
        f"/api/v1/orders/{another.number}/messages", json={"body": "x"}, headers=sent,
        environ_overrides={"REMOTE_ADDR": "10.1.1.1"},
    )  # fmt: skip
    assert answer.status_code == 404, "another address has its own pace, and this key opens another order"
