"""Programs of a buyer and of a shop bargain, and the buyer's orders what was agreed."""

from typing import Any
from uuid import uuid4

import pytest

from app.quotes.schemas import DealSchema, OfferRowSchema, OfferSchema
from tests.quotes.bargain import Bargain
from tests.support.front import ADDRESS_KH, CONTACT, Front
from tests.support.programs import Program, a_token, as_documented


@pytest.fixture
def buyer(front: Front, bargain: Bargain) -> Program:
    return Program(front.app, a_token(bargain.buyer, "offers", "buy"))


@pytest.fixture
def seller(front: Front, bargain: Bargain) -> Program:
    return Program(front.app, a_token(bargain.shop.owner, "offers", shop=bargain.shop.id))


def dollars(cents: int) -> dict[str, Any]:
    return {"minor": cents, "currency": "USD"}


def wish(bargain: Bargain, cents: int = 1000) -> dict[str, Any]:
    return {"variant_id": str(bargain.goods), "quantity": 2, "price": dollars(cents)}


def test_an_offer_is_made_countered_in_parts_accepted_and_ordered(
    bargain: Bargain, buyer: Program, seller: Program
) -> None:
    offer = buyer.twice("POST", "/offers", wish(bargain), status=201)
    as_documented(OfferSchema, offer)
    assert (offer["state"], offer["round"], offer["total"], len(offer["history"])) == ("to_seller", 1, dollars(2000), 1)
    (row,) = seller.ask("GET", "/shop/offers")["rows"]
    as_documented(OfferRowSchema, row)
    path = f"/offers/{offer['id']}"
    terms = {"round": 1, "quantity": 2, "price": dollars(1200)}
    parts = {"deposit_percent": 30, "shipment_percent": 20}
    answered = seller.twice("POST", f"/shop{path}/counter", {**terms, "parts": parts})
    assert (answered["round"], answered["is_your_turn"], len(answered["history"])) == (2, False, 2)
    seen = buyer.ask("GET", path)
    assert (seen["is_your_turn"], seen["deposit_percent"], seen["shipment_percent"]) == (True, 30, 20)
    assert buyer.ask("POST", f"{path}/acceptance", {"round": 1}, status=409)["code"] == "offer-moved"
    agreed = buyer.twice("POST", f"{path}/acceptance", {"round": 2})
    assert agreed["state"] == "accepted"
    deal = seller.ask("GET", f"/shop/deals/{agreed['deal_id']}")
    as_documented(DealSchema, deal)
    assert (deal["state"], deal["total"], deal["deposit_percent"]) == ("agreed", dollars(2400), 30)
    cart = f"/deals/{deal['id']}/cart"
    assert buyer.ask("PATCH", cart, {"lines": []}, status=422)["errors"][0]["field"] == "lines"
    ready = buyer.ask("PATCH", cart, {"contact": CONTACT, "address": ADDRESS_KH})
    placed = buyer.ask("POST", f"{cart}/order", {"amounts": ready["amounts"]}, status=201)
    assert placed["total_usd"] == dollars(2400 + 150)
    assert placed["pay_url"]
    assert buyer.ask("POST", f"/deals/{deal['id']}/cancellation", status=409)["code"] == "deal-is-being-paid"


def test_an_offer_is_declined_or_taken_back_and_a_deal_too(bargain: Bargain, buyer: Program, seller: Program) -> None:
    path = f"/offers/{buyer.ask('POST', '/offers', wish(bargain), status=201)['id']}"
    assert buyer.ask("POST", "/offers", wish(bargain), status=409)["code"] == "offer-running"
    assert buyer.ask("POST", f"{path}/acceptance", {"round": 1}, status=409)["code"] == "not-your-turn"
    assert seller.twice("POST", f"/shop{path}/refusal", {"round": 1})["state"] == "declined"
    path = f"/offers/{buyer.ask('POST', '/offers', wish(bargain), status=201)['id']}"
    assert buyer.twice("POST", f"{path}/withdrawal")["state"] == "withdrawn"
    path = f"/offers/{buyer.ask('POST', '/offers', wish(bargain), status=201)['id']}"
    countered = {"round": 1, "quantity": 2, "price": dollars(1300)}
    seller.ask("POST", f"/shop{path}/counter", countered)
    back = buyer.twice("POST", f"{path}/counter", {**countered, "round": 2, "price": dollars(1250)})
    assert (back["state"], back["round"]) == ("to_seller", 3)
    deal = seller.twice("POST", f"/shop{path}/acceptance", {"round": 3})["deal_id"]
    assert buyer.ask("GET", f"/deals/{deal}")["state"] == "agreed"
    assert seller.twice("POST", f"/shop/deals/{deal}/cancellation")["state"] == "canceled"
    assert [row["state"] for row in buyer.ask("GET", "/offers")["rows"]] == ["accepted", "withdrawn", "declined"]


def test_each_side_has_its_own_way_in_and_nobody_else_any(front: Front, bargain: Bargain, buyer: Program) -> None:
    path = f"/offers/{buyer.ask('POST', '/offers', wish(bargain), status=201)['id']}"
    owner = Program(front.app, a_token(bargain.shop.owner, "offers"))
    stranger = Program(front.app, a_token(bargain.trade.shop_of(name="Mekong Silk").owner, "offers"))
    of_shop = Program(front.app, a_token(bargain.shop.owner, "offers", shop=bargain.shop.id))
    assert of_shop.ask("GET", path, status=403)["code"] == "token-of-a-shop"
    assert of_shop.ask("POST", "/offers", wish(bargain), status=403)["code"] == "token-of-a-shop"
    assert owner.ask("POST", "/offers", wish(bargain), status=409)["code"] == "own-goods"
    for program, where in ((owner, path), (stranger, path), (stranger, f"/shop{path}")):
        assert program.ask("GET", where, status=404)["code"] == "offer-not-found"
        for verb in ("acceptance", "refusal"):
            assert program.ask("POST", f"{where}/{verb}", {"round": 1}, status=404)["code"] == "offer-not-found"
    assert buyer.ask("GET", f"/shop{path}", status=404)["code"] == "shop-not-found"
    assert buyer.ask("GET", path)["state"] == "to_seller"


def test_terms_that_make_no_sense_are_refused_by_name(bargain: Bargain, buyer: Program) -> None:
    other = {**wish(bargain), "price": {"minor": 1000, "currency": "KHR"}}
    assert buyer.ask("POST", "/offers", other, status=422)["code"] == "other-currency"
    for name, value in (("quantity", 0), ("quantity", -1), ("quantity", 10**9), ("quantity", "2"), ("parts", {})):
        refused = buyer.ask("POST", "/offers", {**wish(bargain), name: value}, status=422)
        assert refused["errors"][0]["field"] == name
    for cents in (0, -1, 10**20):
        refused = buyer.ask("POST", "/offers", wish(bargain, cents), status=422)
        assert refused["errors"][0]["field"] == "price.minor"
    assert buyer.ask("POST", "/offers", wish(bargain, 1450), status=422)["code"] == "offer-too-high"
    assert buyer.ask("POST", "/offers", {}, status=422)["errors"]
    missing = {**wish(bargain), "variant_id": str(uuid4())}
    assert buyer.ask("POST", "/offers", missing, status=409)["code"] == "no-offers-here"
