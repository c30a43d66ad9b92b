"""Programs keep lists of goods, order by code, and fill the cart of the account with both."""

from uuid import uuid4

from app.catalog.models import Variant
from app.db.session import reading
from app.purchasing.schemas import ListSchema, QuickOrderSchema
from tests.support.front import Front
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade


def test_a_list_is_made_filled_and_put_into_the_cart(front: Front, trade: Trade) -> None:
    goods, other = (trade.goods(trade.shop_of(name=name)) for name in ("Sothy's Farm", "Mekong Silk"))
    program = Program(front.app, a_token(trade.person(), "account"))
    made = program.twice("POST", "/account/lists", {"name": "Monthly"}, status=201)
    as_documented(ListSchema, made)
    assert [row["name"] for row in program.ask("GET", "/account/lists")["rows"]] == ["Monthly"]
    path = f"/account/lists/{made['id']}"
    lines = [{"variant_id": str(one), "quantity": 2} for one in (goods, other)]
    filled = program.twice("PUT", f"{path}/lines", {"lines": lines})
    assert sorted(row["quantity"] for row in filled["rows"]) == [2, 2]
    left = program.twice("DELETE", f"{path}/lines/{other}")
    assert [row["variant_id"] for row in left["rows"]] == [str(goods)]
    put = program.twice("POST", f"{path}/cart")
    assert (put["put_count"], put["left_count"], len(put["cart"]["sellers"])) == (1, 0, 1)
    unknown = [{"variant_id": str(uuid4()), "quantity": 1}]
    assert program.ask("PUT", f"{path}/lines", {"lines": unknown}, status=404)["code"] == "variant-not-found"
    for quantity in (0, -1, 10**9, "2"):
        wrong = [{"variant_id": str(goods), "quantity": quantity}]
        program.ask("PUT", f"{path}/lines", {"lines": wrong}, status=422)
    stranger = Program(front.app, a_token(trade.person(), "account"))
    for method, where, body in (
        ("GET", path, None),
        ("PUT", f"{path}/lines", {"lines": lines}),
        ("DELETE", path, None),
    ):
        assert stranger.ask(method, where, body, status=404)["code"] == "requisition-list-not-found"
    program.ask("DELETE", path, status=204)
    program.ask("DELETE", path, status=204)
    assert stranger.ask("DELETE", path, status=404)["code"] == "requisition-list-not-found"


def test_codes_are_looked_up_mended_and_put_into_the_cart(front: Front, trade: Trade) -> None:
    goods = trade.goods(trade.shop_of())
    with reading() as session:
        sku = session.get_one(Variant, goods).sku
    program = Program(front.app, a_token(trade.person(), "buy"))
    sent = {"lines": [{"sku": sku, "quantity": 2}, {"sku": "NOTHING-1"}]}
    made = program.twice("POST", "/account/quick-orders", sent, status=201)
    as_documented(QuickOrderSchema, made)
    assert (made["state"], made["good_count"], made["bad_count"]) == ("ready", 1, 1)
    path = f"/account/quick-orders/{made['token']}"
    (bad,) = program.ask("GET", f"{path}?only_problems=true")["rows"]
    assert (bad["position"], bad["message"][:28]) == (1, "Nothing on sale has this cod")
    mended = program.twice("PUT", f"{path}/lines/1", {"sku": sku, "quantity": 3})
    assert (mended["good_count"], mended["bad_count"]) == (2, 0)
    assert program.twice("DELETE", f"{path}/lines/1")["good_count"] == 1
    put = program.twice("POST", f"{path}/cart")
    assert (put["put_count"], put["cart"]["sellers"][0]["lines"][0]["quantity"]) == (1, 2)
    stranger = Program(front.app, a_token(trade.person(), "buy"))
    assert stranger.ask("GET", path, status=404)["code"] == "quick-order-not-found"
    assert stranger.ask("POST", f"{path}/cart", status=404)["code"] == "quick-order-not-found"
    for lines in ([], [{"sku": ""}], [{"sku": sku, "quantity": 0}], [{"sku": sku, "quantity": 10**9}]):
        program.ask("POST", "/account/quick-orders", {"lines": lines}, status=422)
