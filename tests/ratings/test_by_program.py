"""Programs of both sides rate a trade, blind, and everybody reads what is said of the shop."""

from app.db.session import transaction
from app.orders.models import OrderGroup
from app.ratings.schemas import OrderRatingsSchema, ShopRatingsSchema
from tests.ratings.test_ratings import over
from tests.support.front import Front
from tests.support.programs import Program, a_token, as_documented
from tests.support.trade import Trade


def test_both_rate_and_then_both_read(front: Front, trade: Trade) -> None:
    shop, person = trade.shop_of(), trade.person()
    group = over(trade, shop)
    with transaction() as session:
        session.get_one(OrderGroup, group.id).buyer_id = person.user_id
    buyer = Program(front.app, a_token(person, "buy"))
    seller = Program(front.app, a_token(shop.owner, "orders:read", "orders:write", shop=shop.id))
    path = f"/orders/{group.orders[0].number}/rating"
    first = buyer.twice("PUT", path, {"stars": 4, "text": "Fragrant."})
    as_documented(OrderRatingsSchema, first)
    assert (first["mine"]["stars"], first["theirs"]) == (4, None)
    assert seller.ask("GET", f"/shop{path}") == {"mine": None, "theirs": None}
    for stars in (0, 6, -1, "5", None):
        assert seller.ask("PUT", f"/shop{path}", {"stars": stars}, status=422)["errors"][0]["field"] == "stars"
    last = seller.twice("PUT", f"/shop{path}", {"stars": 5})
    assert (last["theirs"]["text"], last["mine"]["stars"]) == ("Fragrant.", 5)
    assert buyer.ask("PUT", path, {"stars": 1}, status=409)["code"] == "rating-shown"
    stranger = Program(front.app, a_token(trade.shop_of(name="Mekong Silk").owner))
    for where in (path, f"/shop{path}"):
        assert stranger.ask("PUT", where, {"stars": 1}, status=404)["code"] == "order-not-found"
    anybody = Program(front.app).ask("GET", f"/shops/{group.orders[0].organization.slug}/ratings")
    as_documented(ShopRatingsSchema, anybody)
    assert (anybody["count"], anybody["mean"], anybody["rows"][0]["text"]) == (1, 40, "Fragrant.")
