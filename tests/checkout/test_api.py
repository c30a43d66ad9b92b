"""A program buys: a cart, its prices, the order, the card, and the buyer comes back to a paid order."""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.checkout.schemas import CartSchema, PlacedSchema
from app.db.session import reading
from app.orders.models import OrderGroup
from app.orders.schemas import OrderGroupSchema
from tests.support.front import ADDRESS_KH, CONTACT

VARIANT = UUID(int=7)
BUYER = {"contact": CONTACT, "address": ADDRESS_KH}


class Program:
    """Asks as a program does: JSON, no cookies. Every answer is one of the documented shape."""

    def __init__(self, front, token=None):
        self.front, self.token = front, token

    def ask(self, method, path, body=None, *, status=200, schema=None, **headers):
        if self.token:
            headers.setdefault("Cart-Token", self.token)
        client = self.front.app.test_client(use_cookies=False)
        answer = client.open(f"/api/v1{path}", method=method, json=body, headers=headers)
        assert answer.status_code == status, answer.get_data(as_text=True)
        if schema:
            assert schema().dump(schema().load(answer.json)) == answer.json
        else:
            assert answer.content_type == "application/problem+json"
        return answer.json

    def open(self, variant_id, quantity=2, **content):
        cart = self.ask(
            "POST", "/carts", {"lines": [wanted(variant_id, quantity)], **content}, status=201, schema=CartSchema
        )
        self.token = cart["token"]
        return cart

    def order(self, amounts, *, key="once", status=201, **headers):
        body = {"amounts": amounts}
        schema = PlacedSchema if status == 201 else None
        return self.ask(
            "POST", "/cart/order", body, status=status, schema=schema, **{"Idempotency-Key": key, **headers}
        )

    def look(self, placed, *, key=None, status=200):
        headers = {"Order-Key": key or placed["key"]}
        schema = OrderGroupSchema if status == 200 else None
        return self.ask("GET", f"/order-groups/{placed['id']}", status=status, schema=schema, **headers)


def wanted(variant_id, quantity):
    return {"variant_id": str(variant_id), "quantity": quantity}


@pytest.fixture
def goods(trade):
    return trade.goods(trade.shop_of(), stock=10)


@pytest.fixture
def program(front):
    return Program(front)


def test_from_an_empty_session_to_the_paid_order(front, program, goods):
    cart = program.open(goods, **BUYER)
    assert (cart["problems"], cart["missing"]) == ([], [])
    parts = [line["total_usd"]["minor"] for line in cart["sellers"][0]["lines"]]
    parts += [one["price_usd"]["minor"] for one in cart["sellers"][0]["shipping"] if one["is_chosen"]]
    assert cart["total_usd"] == {"minor": sum(parts), "currency": "USD"}
    placed = program.order(cart["amounts"])
    assert (placed["state"], placed["total_usd"]) == ("pending_payment", cart["total_usd"])
    back = front.pay_at_card_service(placed["pay_url"])
    browser = front.visitor()
    answer = front.come_back(browser, back)
    while answer.status_code == 303:
        answer = browser.browser.get(answer.headers["Location"])
    assert placed["orders"][0]["number"] in answer.get_data(as_text=True)
    paid = program.look(placed)
    assert (paid["state"], paid["orders"][0]["payment_status"]) == ("paid", "paid")
    assert program.ask("GET", "/cart", schema=CartSchema)["sellers"] == []


def test_the_card_services_message_alone_makes_it_paid(front, program, goods):
    placed = program.order(program.open(goods, **BUYER)["amounts"])
    with front.listening():
        front.pay_at_card_service(placed["pay_url"])
        front.hear_all()
        front.work()
    assert program.look(placed)["state"] == "paid"


def test_the_same_key_is_the_same_order_and_the_same_card_page(program, goods):
    cart = program.open(goods, **BUYER)
    with ThreadPoolExecutor(4) as many:
        answers = list(many.map(lambda _: program.order(cart["amounts"]), range(4)))
    assert len({json.dumps(answer, sort_keys=True) for answer in answers}) == 1
    assert program.order(cart["amounts"], key="another")["id"] == answers[0]["id"]  # the same goods, still unpaid
    with reading() as session:
        assert session.scalar(select(func.count()).select_from(OrderGroup)) == 1


def test_the_buyer_may_leave_the_card_page_and_pay_later_from_the_orders_page(front, program, goods):
    placed = program.order(program.open(goods, **BUYER)["amounts"])
    browser = front.visitor()
    browser.browser.get(f"/orders/key/{placed['key']}")
    page = browser.look(f"/orders/group/{placed['id']}")
    answer = browser.send(page, f"/checkout/resume/{placed['id']}")
    assert answer.headers["Location"] == placed["pay_url"]


def test_what_changed_since_the_buyer_saw_it_is_not_ordered(trade, program, goods):
    cart = program.open(goods, **BUYER)
    amounts = {**cart["amounts"], "total": cart["amounts"]["total"] - 1}
    problem = program.order(amounts, status=409)
    assert problem["code"] == "prices-changed"
    assert trade.stock(goods) == (10, 0)


def test_a_cart_without_a_buyer_is_not_ordered(program, goods):
    cart = program.open(goods)
    assert cart["missing"] == ["contact", "address"]
    assert program.order(cart["amounts"], status=409)["code"] == "not-ready-to-order"


def test_a_cart_is_changed_part_by_part(trade, program, goods):
    program.open(goods, **BUYER)
    other = trade.goods(trade.shop_of(), stock=3)
    cart = program.ask("PATCH", "/cart", {"lines": [wanted(other, 5)]}, schema=CartSchema)
    assert [line["variant_id"] for one in cart["sellers"] for line in one["lines"]] == [str(other)]
    assert [(one["code"], one["variant_id"]) for one in cart["problems"]] == [("too-few-left", str(other))]
    assert cart["amounts"] is None
    assert program.order({}, status=409)["code"] == "cart-has-problems"
    cart = program.ask("PATCH", "/cart", {"lines": [wanted(other, 3)]}, schema=CartSchema)
    options = cart["sellers"][0]["shipping"]
    chosen = {"seller_id": cart["sellers"][0]["id"], "rate_id": options[-1]["rate_id"]}
    cart = program.ask("PATCH", "/cart", {"shipping": [chosen]}, schema=CartSchema)
    assert [one["is_chosen"] for one in cart["sellers"][0]["shipping"]] == [False] * (len(options) - 1) + [True]
    assert cart["missing"] == []  # contact and address are still there


def test_a_strangers_token_and_key_open_nothing(program, front, goods):
    placed = program.order(program.open(goods, **BUYER)["amounts"])
    assert Program(front, "no-such-cart").ask("GET", "/cart", status=404)["code"] == "cart-not-found"
    assert program.look(placed, key="no-such-key", status=404)["code"] == "order-not-found"
    other = front.visitor()
    assert other.browser.get(f"/checkout/return/{placed['id']}").status_code == 404


def test_a_cart_that_an_account_took_over_is_not_opened_by_its_token(trade, front, program, goods):
    program.open(goods, **BUYER)
    member = front.member(trade.person())
    member.browser.set_cookie("cart", program.token)
    member.look("/cart")
    assert program.ask("GET", "/cart", status=404)["code"] == "cart-not-found"


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"lines": [{"variant_id": "x", "quantity": 1}]}, "lines.0.variant_id"),
        ({"lines": [{"variant_id": str(VARIANT), "quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [{"variant_id": str(VARIANT), "quantity": -3}]}, "lines.0.quantity"),
        ({"lines": [{"variant_id": str(VARIANT), "quantity": 10**30}]}, "lines.0.quantity"),
        ({"lines": [{"variant_id": str(VARIANT), "quantity": 1.5}]}, "lines.0.quantity"),
        ({"lines": [{"variant_id": str(VARIANT)}]}, "lines.0.quantity"),
        ({"lines": []}, "lines"),
        ({"lines": [wanted(VARIANT, 1)] * 2}, "lines"),
        ({"lines": [wanted(UUID(int=number), 1) for number in range(501)]}, "lines"),
        ({"contact": {**CONTACT, "email": "nobody"}}, "contact.email"),
        ({"contact": {**CONTACT, "phone": "12"}}, "contact.phone"),
        ({"contact": {**CONTACT, "name": "  "}}, "contact.name"),
        ({"contact": {**CONTACT, "name": "a\x00b"}}, "contact.name"),
        ({"contact": {**CONTACT, "language": "xx"}}, "contact.language"),
        ({"contact": {"email": "a@b.example"}}, "contact.name"),
        ({"address": {"country": "XX"}}, "address.country"),
        ({"address": {"country": "KH", "street": "1"}}, "address.city"),
        ({"address": {**ADDRESS_KH, "region": "Kampot"}}, "address.region"),
        ({"address": {"country": "SG", "street": "1", "postal_code": "12"}}, "address.postal_code"),
        ({"shipping": [{"seller_id": str(VARIANT), "rate_id": "first"}]}, "shipping.0.rate_id"),
        ({"coupon": "FREE"}, "coupon"),
    ],
)
def test_what_does_not_fit_is_named_and_no_cart_is_made(program, content, field):
    problem = program.ask("POST", "/carts", {"lines": [wanted(VARIANT, 1)], **content}, status=422)
    assert field in [error["field"] for error in problem["errors"]]


def test_goods_that_are_not_there_are_named(program):
    problem = program.ask("POST", "/carts", {"lines": [wanted(VARIANT, 1)]}, status=404)
    assert (problem["code"], problem["errors"][0]["field"]) == ("variant-not-found", "lines")


@pytest.mark.parametrize("missing", ["Idempotency-Key", "Cart-Token"])
def test_a_header_that_is_missing_is_named(program, goods, missing):
    amounts = program.open(goods, **BUYER)["amounts"]
    headers = {"Idempotency-Key": "once", "Cart-Token": program.token, missing: ""}
    problem = program.ask("POST", "/cart/order", {"amounts": amounts}, status=422, **headers)
    assert [error["field"] for error in problem["errors"]] == [missing]


def test_the_document_describes_every_step(program):
    paths = program.front.app.test_client().get("/api/v1/openapi.json").json["paths"]
    assert set(paths["/api/v1/cart"]) >= {"get", "patch"}
    asked = {each["name"]: each["in"] for each in paths["/api/v1/cart/order"]["post"]["parameters"]}
    assert asked == {"Cart-Token": "header", "Idempotency-Key": "header"}
