"""A person's program fills the account's own cart and orders it; the person finds both on the pages."""

import pytest

from app.checkout.schemas import AccountCartSchema, PlacedSchema
from tests.support.front import ADDRESS_KH, CONTACT
from tests.support.programs import Program, a_token


@pytest.fixture
def buyer(trade):
    return trade.person()


@pytest.fixture
def program(front, buyer):
    return Program(front.app, a_token(buyer, "buy"))


def content(variant, quantity=2):
    lines = [{"variant_id": str(variant), "quantity": quantity}]
    return {"lines": lines, "contact": CONTACT, "address": ADDRESS_KH}


def test_the_cart_of_the_account_is_filled_ordered_and_paid(front, trade, buyer, program):
    variant = trade.goods(trade.shop_of())
    assert program.ask("GET", "/account/cart", status=404)["code"] == "cart-not-found"
    cart = program.ask("PATCH", "/account/cart", content(variant))
    assert AccountCartSchema().dump(AccountCartSchema().load(cart)) == cart
    assert "token" not in cart
    assert "Kampot black pepper" in front.member(buyer).look("/cart")
    key = {"Idempotency-Key": "once"}
    placed = program.ask("POST", "/account/cart/order", {"amounts": cart["amounts"]}, status=201, **key)
    assert PlacedSchema().dump(PlacedSchema().load(placed)) == placed
    again = program.ask("POST", "/account/cart/order", {"amounts": cart["amounts"]}, status=201, **key)
    assert (again["id"], again["pay_url"]) == (placed["id"], placed["pay_url"])
    number = placed["orders"][0]["number"]
    assert number in front.member(buyer).look("/orders")
    assert program.ask("GET", f"/orders/{number}")["next_event"]["action"] == "pay"


def test_prices_that_changed_are_not_ordered(trade, program):
    cart = program.ask("PATCH", "/account/cart", content(trade.goods(trade.shop_of())))
    wrong = {**cart["amounts"], "total": 1}
    assert program.ask("POST", "/account/cart/order", {"amounts": wrong}, status=409)["code"] == "prices-changed"


def test_each_account_has_its_own_cart_and_a_shop_has_none(front, trade, program):
    shop = trade.shop_of()
    program.ask("PATCH", "/account/cart", content(trade.goods(shop)))
    Program(front.app, a_token(trade.person(), "buy")).ask("GET", "/account/cart", status=404)
    of_shop = Program(front.app, a_token(shop.owner, shop=shop.id))
    assert of_shop.ask("GET", "/account/cart", status=403)["code"] == "scope-missing"
    Program(front.app).ask("PATCH", "/account/cart", content(trade.goods(shop)), status=401)
