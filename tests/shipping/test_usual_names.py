"""The usual ways to hand something over are read by everybody in their own language; other names stay as written."""

import re
from types import SimpleNamespace

import pytest

from app.catalog.views.quick import _ways
from app.db.session import reading
from app.money.amounts import usd
from app.orders.actions.write_receipt import receipt_of
from app.orders.models import Order
from app.shipping.models import ShippingRate
from app.shipping.rules import MEET, SEND, RateTerms
from tests.support.front import Front, Visitor
from tests.support.trade import Trade

PLACE = "Central Market, by the clock"
WAYS = (
    RateTerms("domestic", MEET, "", 0, 7, 0, kind="in_person", place=PLACE),
    RateTerms("domestic", SEND, "", 1, 7, 150),
    RateTerms("domestic", "Motorbike of my cousin", "", 1, 2, 100),
)


def in_khmer(visitor: Visitor, path: str) -> str:
    visitor.browser.set_cookie("language", "km")
    page = visitor.look(path).replace("\u200b", "")
    visitor.browser.delete_cookie("language")
    return page


def kept(shop_id: object) -> list[str]:
    with reading() as session:
        rows = session.query(ShippingRate).filter_by(organization_id=shop_id).order_by(ShippingRate.position)
        return [row.method for row in rows]


@pytest.mark.parametrize("locale", ["en", "km"])
def test_a_quick_sale_keeps_no_words_of_the_language_its_seller_read(front: Front, locale: str) -> None:
    form = SimpleNamespace(meet=SimpleNamespace(data=PLACE), postage=SimpleNamespace(data=usd(150)))
    with front.app.test_request_context(headers={"Cookie": f"language={locale}"}):
        assert [way.method for way in _ways(form)] == ["Meet in person", "Parcel"]  # type: ignore[arg-type]


def test_each_reader_sees_the_way_in_their_own_language_from_the_goods_to_the_order(front: Front, trade: Trade) -> None:
    shop = trade.shop_of(rates=WAYS)
    buyer = front.visitor()
    goods = trade.goods(shop, title="Bicycle", price=4000)
    english, khmer = buyer.look("/p/bicycle"), in_khmer(buyer, "/p/bicycle")
    for words in ("Meet in person", "Parcel", "Motorbike of my cousin"):
        assert words in english
    for words in ("ជួបផ្ទាល់", "កញ្ចប់", "Motorbike of my cousin"):
        assert words in khmer
    assert "Meet in person" not in khmer
    buyer.add(goods)
    assert "ជួបផ្ទាល់" in in_khmer(buyer, "/cart")
    group = trade.place(trade.cart({goods: 1}))
    seller, number = front.member(shop.owner), group.orders[0].number
    assert "Meet in person" in seller.look(f"/desk/orders/{number}")
    sold = in_khmer(seller, f"/desk/orders/{number}")
    assert "Meet in person" not in sold
    assert "ជួបផ្ទាល់" in sold
    with reading() as session:
        order = session.get_one(Order, group.orders[0].id)
        assert "Meet in person: $0.00" in receipt_of(order, "en")
        assert "ជួបផ្ទាល់" in receipt_of(order, "km").replace("\u200b", "")
        assert "Meet in person" not in receipt_of(order, "km")


def test_a_seller_who_saves_the_methods_in_khmer_changes_no_name(front: Front, trade: Trade) -> None:
    shop = trade.shop_of(rates=WAYS)
    seller, path = front.member(shop.owner), f"/desk/shipping?shop={shop.id}"
    seller.browser.set_cookie("language", "km")
    page = seller.look(path)
    names = re.findall(r'name="rates-(\d)-method"[^>]*value="([^"]*)"', page)
    assert [name for _row, name in names][:3] == ["ជួបផ្ទាល់", "កញ្ចប់", "Motorbike of my cousin"]
    fields = {"rates-3-zone": "domestic", "rates-3-kind": "parcel"}
    for row, way in enumerate(WAYS):
        fields |= {
            f"rates-{row}-zone": "domestic",
            f"rates-{row}-method": names[row][1],
            f"rates-{row}-kind": way.kind,
            f"rates-{row}-place": way.place,
            f"rates-{row}-days_min": str(way.days_min),
            f"rates-{row}-days_max": str(way.days_max),
            f"rates-{row}-price": f"{way.price_minor / 100:.2f}",
        }
    assert seller.send(page, path, **fields).status_code == 303
    assert kept(shop.id) == [way.method for way in WAYS]
