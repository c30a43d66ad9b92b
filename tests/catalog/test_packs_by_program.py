"""Goods sold in packs for programs: whatever names a quantity of them says what it counts and what is in one."""

from typing import Any
from uuid import UUID

from app.purchasing.schemas import ListSchema, QuickOrderSchema
from app.quotes.schemas import DealSchema, OfferRowSchema, OfferSchema
from app.rfqs.jobs import tell_shops
from app.rfqs.schemas.quotes import QuoteSchema
from app.rfqs.schemas.requests import AskedSchema, RequestSchema
from tests.catalog.test_packs import cases, slug_of
from tests.quotes.bargain import takes_offers
from tests.rfqs.asking import Asking, asking
from tests.support.front import Front
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade

__all__ = ["asking"]
A_CASE = {"unit": "case", "pieces": 12, "piece_unit": "bottle"}


def counted(line: dict[str, Any]) -> dict[str, Any]:
    return {name: line[name] for name in A_CASE}


def dollars(cents: int) -> dict[str, Any]:
    return {"minor": cents, "currency": "USD"}


def in_steps(front: Front, trade: Trade, shop: Any) -> tuple[UUID, Program]:
    """Cases of which at least 2 are sold, and a buyer's program."""
    return cases(trade, shop, least=2), Program(front.app, a_token(trade.person()))


def test_a_list_says_in_what_goods_are_sold_and_the_cart_what_cannot_be_had(front: Front, trade: Trade) -> None:
    water, program = in_steps(front, trade, trade.shop_of())
    made = program.ask("POST", "/account/lists", {"name": "Weekly"}, status=201)
    path = f"/account/lists/{made['id']}"
    kept = program.ask("PUT", f"{path}/lines", {"lines": [{"variant_id": str(water), "quantity": 1}]})
    as_documented(ListSchema, kept)
    (line,) = kept["rows"]
    assert counted(line) == A_CASE
    assert (line["quantity"], line["min_quantity"], line["quantity_step"]) == (1, 2, 1)
    cart = program.ask("POST", f"{path}/cart")["cart"]
    assert counted(cart["sellers"][0]["lines"][0]) == A_CASE
    assert [one["code"] for one in cart["problems"]] == ["quantity-too-small"]
    assert cart["amounts"] is None
    program.ask("PUT", f"{path}/lines", {"lines": [{"variant_id": str(water), "quantity": 2}]})
    mended = program.ask("POST", f"{path}/cart")["cart"]
    assert (mended["problems"], mended["sellers"][0]["lines"][0]["total_usd"]) == ([], dollars(2 * 2_400))


def test_a_quick_order_says_what_was_found_and_among_what_to_choose(front: Front, trade: Trade) -> None:
    water, program = in_steps(front, trade, trade.shop_of())
    sent = {"lines": [{"sku": "W-12"}, {"sku": "NOTHING"}]}
    found = program.ask("POST", "/account/quick-orders", sent, status=201)
    as_documented(QuickOrderSchema, found)
    good, bad = found["rows"]
    assert (counted(good["goods"]), good["goods"]["variant_id"], good["quantity"]) == (A_CASE, str(water), 2)
    assert (bad["goods"], bad["options"]) == (None, [])
    other = cases(trade, trade.shop_of(name="Mekong Springs"), pieces=6)
    several = program.ask("POST", "/account/quick-orders", {"lines": [{"sku": "W-12"}]}, status=201)
    as_documented(QuickOrderSchema, several)
    (line,) = several["rows"]
    assert (line["problem"], line["goods"]) == ("several-goods", None)
    chosen = {one["variant_id"]: one["pieces"] for one in line["options"]}
    assert chosen == {str(water): 12, str(other): 6}
    path = f"/account/quick-orders/{several['token']}/lines/0"
    mended = program.ask("PUT", path, {"sku": "W-12", "variant_id": str(other)})
    assert mended["rows"][0]["goods"]["pieces"] == 6


def test_offers_and_deals_count_packs(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    water, buyer = in_steps(front, trade, shop)
    takes_offers(water)
    seller = Program(front.app, a_token(shop.owner, shop=shop.id))
    wish = {"variant_id": str(water), "quantity": 2, "price": dollars(2_200)}
    offer = buyer.ask("POST", "/offers", wish, status=201)
    (row,) = seller.ask("GET", "/shop/offers")["rows"]
    as_documented(OfferSchema, offer)
    as_documented(OfferRowSchema, row)
    agreed = seller.ask("POST", f"/shop/offers/{offer['id']}/acceptance", {"round": 1})
    deal = buyer.ask("GET", f"/deals/{agreed['deal_id']}")
    as_documented(DealSchema, deal)
    assert counted(offer) == counted(row) == counted(deal["lines"][0]) == A_CASE
    cart = buyer.ask("GET", f"/deals/{deal['id']}/cart")
    assert counted(cart["sellers"][0]["lines"][0]) == A_CASE


def test_requests_and_quotes_count_packs(front: Front, asking: Asking) -> None:
    water, buyer = in_steps(front, asking.trade, asking.shop)
    seller = Program(front.app, a_token(asking.shop.owner, shop=asking.shop.id))
    wish = {
        "title": "Water",
        "country": "KH",
        "closes_at": asking.terms().closes_at.isoformat(),
        "lines": [{"words": f"/p/{slug_of(water)}", "quantity": 5}, {"words": "Ice", "quantity": 3, "unit": "kg"}],
        "shops": [asking.slug_of(asking.shop)],
    }
    made = buyer.ask("POST", "/requests", wish, status=201)
    as_documented(RequestSchema, made)
    named, words = made["lines"]
    assert (named["unit"], named["sold_in"]) == ("case", {**A_CASE, "min_quantity": 2, "quantity_step": 1})
    assert (words["unit"], words["sold_in"]) == ("kg", None)
    buyer.ask("POST", f"/requests/{made['id']}/sending")
    tell_shops(made["id"])
    (row,) = seller.ask("GET", "/shop/requests")["rows"]
    asked = seller.ask("GET", f"/shop/requests/{row['id']}")
    as_documented(AskedSchema, asked)
    assert asked["lines"][0]["sold_in"] == named["sold_in"]
    quote = {
        "version": 0,
        "lines": [{"line_id": named["id"], "variant_id": str(water), "quantity": 5, "price": dollars(2_300)}],
        "freight": {"price": dollars(500), "days": 2, "incoterm": "DAP", "place": "Phnom Penh"},
        "valid_until": wish["closes_at"],
    }
    sent = seller.ask("POST", f"/shop/requests/{row['id']}/quotes", quote, status=201)
    as_documented(QuoteSchema, sent)
    assert (counted(sent["lines"][0]), sent["total"]) == (A_CASE, dollars(5 * 2_300 + 500))
    assert "case of 12 bottles" in front.member(asking.shop.owner).look(f"/quotes/{sent['id']}")
