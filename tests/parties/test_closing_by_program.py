"""An owner's program closes the shop for a while and opens it again; nobody else's does."""

from datetime import timedelta

from app.db.session import reading, transaction
from app.identity.models import Member, Organization
from app.parties.api.closing import ClosingSchema
from tests.support.front import Front
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade

OPEN = {"is_closed": False, "until": None, "note": ""}


def test_a_program_closes_the_shop_with_words_and_opens_it_again(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    program = Program(front.app, a_token(shop.owner, "listings:read", "listings:write", shop=shop.id))
    buyer = Program(front.app, a_token(trade.person(), "buy"))
    wish = {"lines": [{"variant_id": str(goods), "quantity": 1}]}
    assert buyer.ask("PATCH", "/account/cart", wish)["problems"] == []
    assert program.ask("GET", "/shop/closing") == OPEN
    until = (trade.now() + timedelta(days=7)).date().isoformat()
    closed = program.twice("PUT", "/shop/closing", {"until": until, "note": "We bring in the <b>harvest</b>."})
    as_documented(ClosingSchema, closed)
    assert closed == {"is_closed": True, "until": until, "note": "We bring in the <b>harvest</b>."}
    assert [one["code"] for one in buyer.ask("GET", "/account/cart")["problems"]] == ["shop-closed-for-now"]
    assert "We bring in the &lt;b&gt;harvest&lt;/b&gt;." in front.visitor().look("/s/sothys-farm")
    anew = program.ask("PUT", "/shop/closing", {})
    assert anew == {"is_closed": True, "until": None, "note": ""}
    for _ in range(2):
        program.ask("DELETE", "/shop/closing", status=204)
    assert program.ask("GET", "/shop/closing") == OPEN
    assert buyer.ask("GET", "/account/cart")["problems"] == []


def test_only_an_owner_closes_the_shop_and_only_for_days_to_come(front: Front, trade: Trade) -> None:
    shop, rival = trade.shop_of(), trade.shop_of(name="Mekong Silk")
    clerk = trade.person()
    with transaction() as session:
        session.add(Member(organization_id=shop.id, user_id=clerk.user_id, role="sales"))
    seller, stranger = Program(front.app, a_token(clerk)), Program(front.app, a_token(rival.owner))
    owner = Program(front.app, a_token(shop.owner, shop=shop.id))
    assert seller.ask("GET", "/shop/closing") == OPEN, "everybody of the shop reads it"
    for program in (seller, stranger):
        for method in ("PUT", "DELETE"):
            refused = program.ask(method, f"/shop/closing?shop={shop.id}", {}, status=404)
            assert refused["code"] == "shop-not-found"
    assert stranger.ask("GET", f"/shop/closing?shop={shop.id}", status=404)["code"] == "shop-not-found"
    early = owner.ask("PUT", "/shop/closing", {"until": trade.now().date().isoformat()}, status=422)
    assert (early["code"], early["errors"][0]["field"]) == ("pause-ends-too-early", "until")
    for wrong in ({"until": "soon"}, {"note": "x" * 301}, {"note": "a\x00b"}, {"unknown": 1}):
        owner.ask("PUT", "/shop/closing", wrong, status=422)
    with transaction() as session:
        session.get_one(Organization, shop.id).status = "suspended"
    refused = owner.ask("PUT", "/shop/closing", {}, status=409)
    assert refused["code"] == "shop-cannot-change-state"
    with reading() as session:
        assert session.get_one(Organization, shop.id).status == "suspended"
