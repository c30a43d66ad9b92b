"""An earlier order is bought once more, at the prices and with the stock of today."""

from sqlalchemy import update

from app.catalog.models import Variant
from app.checkout.actions import change_cart
from app.db.session import reading, transaction
from app.orders.models import Order


def bought(front, visitor, variant_id, quantity=2):
    visitor.add(variant_id, quantity)
    answer = visitor.pay(visitor.check_out())
    front.come_back(visitor, front.pay_at_card_service(answer.headers["Location"]))
    with reading() as session:
        return session.query(Order).order_by(Order.placed_at.desc()).first().number


def again(visitor, number):
    answer = visitor.send(visitor.look(f"/orders/{number}"), f"/cart/again/{number}")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/cart")
    return visitor.look("/cart")


def quantities(page):
    return [part.split('value="', 1)[1].split('"', 1)[0] for part in page.split('name="quantity"')[1:]]


def test_everything_of_it_is_in_the_cart_at_todays_price(front, trade):
    visitor, goods = front.visitor(), trade.goods(trade.shop_of(), price=10_000, stock=10)
    number = bought(front, visitor, goods)
    with transaction() as session:
        session.execute(update(Variant).where(Variant.id == goods).values(price_minor=12_000))
    page = again(visitor, number)
    assert quantities(page) == ["2"]
    assert "$240.00" in page
    assert number in page  # said once, where it came from


def test_asked_for_twice_it_is_in_the_cart_once(front, trade):
    visitor, goods = front.visitor(), trade.goods(trade.shop_of(), stock=10)
    number = bought(front, visitor, goods)
    again(visitor, number)
    assert quantities(again(visitor, number)) == ["2"]


def test_what_the_cart_holds_already_is_not_made_less(front, trade):
    visitor, goods = front.visitor(), trade.goods(trade.shop_of(), stock=10)
    number = bought(front, visitor, goods)
    visitor.add(goods, 3)
    assert quantities(again(visitor, number)) == ["3"]


def test_what_is_not_to_be_had_any_more_is_said_and_what_is_left_can_be_taken(front, trade):
    visitor, goods = front.visitor(), trade.goods(trade.shop_of(), stock=3)
    number = bought(front, visitor, goods)
    page = again(visitor, number).replace("\u200b", "")
    assert "Only 1" in page
    assert quantities(page) == ["2"]
    assert 'href="/checkout"' not in page


def test_a_cart_that_is_full_says_so_and_stays_as_it_is(front, trade, monkeypatch):
    few = 20  # as with the real limit, only sooner
    monkeypatch.setattr(change_cart, "MAX_LINES", few)
    visitor, shop = front.visitor(), trade.shop_of()
    number = bought(front, visitor, trade.goods(shop, stock=10))
    others = [{"variant_id": str(trade.goods(shop)), "quantity": 1} for _ in range(few)]
    cart = front.app.test_client().post("/api/v1/carts", json={"lines": others}).json
    visitor.browser.set_cookie("cart", cart["token"])
    answer = visitor.send(visitor.look(f"/orders/{number}"), f"/cart/again/{number}")
    assert (answer.status_code, "at most 20" in answer.get_data(as_text=True)) == (409, True)
    assert len(quantities(visitor.look("/cart"))) == few


def test_goods_taken_off_the_stall_are_named(front, trade):
    visitor, goods = front.visitor(), trade.goods(trade.shop_of(), stock=10)
    number = bought(front, visitor, goods)
    with transaction() as session:
        session.execute(update(Variant).where(Variant.id == goods).values(is_retired=True))
    assert "not on sale any more" in again(visitor, number)
