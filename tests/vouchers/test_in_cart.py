"""A voucher in the cart: entered, shown, refused with a reason, taken out; and the order that is made with it."""

from datetime import timedelta

import pytest

from app.catalog.models import Variant
from app.checkout.actions.use_voucher import take_voucher_out
from app.checkout.models import Cart
from app.checkout.rules.priced_cart import PricedCart
from app.db.session import reading, transaction
from app.orders.actions.expire_group import expire_group
from app.orders.errors import PricesChanged
from app.orders.models import OrderGroup
from app.vouchers.actions.stop_voucher import stop_voucher
from app.vouchers.errors import (
    VoucherExpired,
    VoucherNeedsMore,
    VoucherNotForTheseGoods,
    VoucherNotYet,
    VoucherStopped,
    VoucherUnknown,
    VoucherUsedByYou,
    VoucherUsedUp,
)
from app.vouchers.models import Voucher
from tests.support.front import Front
from tests.support.statements import asked
from tests.support.trade import HOME, Trade

DAY = timedelta(days=1)


def with_code(trade: Trade, code: str, **terms: object) -> PricedCart:
    shop = trade.shop_of()
    cart = trade.cart({trade.goods(shop, price=10_000): 2})
    trade.voucher(shop, code=code, **terms)
    trade.use_voucher(cart, code)
    return trade.priced(cart)


def test_ten_percent_is_taken_off_the_goods_and_not_off_the_shipping(trade: Trade) -> None:
    cart = with_code(trade, "RAIN10")
    (seller,) = cart.sellers
    assert (seller.goods_usd.minor, seller.discount_usd.minor, cart.total_usd.minor) == (20_000, 2_000, 18_150)


def test_an_amount_is_never_more_than_the_goods_and_a_cent_is_left_to_pay(trade: Trade) -> None:
    assert with_code(trade, "BIG", amount_minor=500_000).total_usd.minor == 150, "the shipping"
    shop = trade.shop_of(rates=[HOME.__class__("domestic", "Parcel", "", 1, 3, 0)])
    cart = trade.cart({trade.goods(shop, price=10_000): 1})
    trade.voucher(shop, code="FREE", amount_minor=500_000)
    trade.use_voucher(cart, "FREE")
    assert trade.priced(cart).total_usd.minor == 1


def test_the_tax_inside_is_of_the_lowered_price(trade: Trade) -> None:
    shop = trade.shop_of(is_tax_registered=True, rates=[HOME.__class__("domestic", "Parcel", "", 1, 3, 0)])
    cart = trade.cart({trade.goods(shop, price=11_000): 1})
    assert [tax.minor for tax in trade.priced(cart).taxes.values()] == [1_000]
    trade.voucher(shop, code="HALF", percent_bps=5_000)
    trade.use_voucher(cart, "HALF")
    assert [tax.minor for tax in trade.priced(cart).taxes.values()] == [500]


def test_only_the_named_goods_are_lowered(trade: Trade) -> None:
    shop = trade.shop_of()
    pepper, salt = trade.goods(shop, price=10_000), trade.goods(shop, title="Flower of salt", price=4_000)
    with reading() as session:
        listing_id = session.get_one(Variant, salt).listing_id
    cart = trade.cart({pepper: 1, salt: 1})
    trade.voucher(shop, code="SALT", listing_ids=[listing_id])
    trade.use_voucher(cart, "salt")
    assert [item.line.discount_cents for item in trade.priced(cart).sellers[0].items] == [0, 400]
    other = trade.cart({pepper: 1})
    with pytest.raises(VoucherNotForTheseGoods):
        trade.use_voucher(other, "SALT")


def test_each_reason_is_said(trade: Trade) -> None:
    shop = trade.shop_of()
    cart, now = trade.cart({trade.goods(shop, price=10_000): 1}), trade.now()
    trade.voucher(shop, code="LATER", starts_at=now + DAY)
    trade.voucher(shop, code="OVER", ends_at=now - timedelta(minutes=1))
    trade.voucher(shop, code="MORE", minimum_minor=10_001)
    stopped = trade.voucher(shop, code="STOPPED")
    with transaction() as session:
        stop_voucher(session, shop.owner, shop.id, stopped.id, now=now)
    trade.voucher(trade.shop_of(name="Mekong Silk"), code="ELSEWHERE")
    for code, reason in (
        ("LATER", VoucherNotYet),
        ("OVER", VoucherExpired),
        ("MORE", VoucherNeedsMore),
        ("STOPPED", VoucherStopped),
        ("ELSEWHERE", VoucherUnknown),
        ("NOTHING", VoucherUnknown),
    ):
        with pytest.raises(reason):
            trade.use_voucher(cart, code)
    assert trade.priced(cart).vouchers == ()


def test_a_second_one_of_the_same_seller_takes_the_place_of_the_first(trade: Trade) -> None:
    shop = trade.shop_of()
    cart = trade.cart({trade.goods(shop, price=10_000): 1})
    trade.voucher(shop, code="FIRST")
    trade.voucher(shop, code="SECOND", percent_bps=2_000)
    for code, left in (("FIRST", 9_150), ("SECOND", 8_150)):
        trade.use_voucher(cart, code)
        assert trade.priced(cart).total_usd.minor == left
    (one,) = trade.priced(cart).vouchers
    with transaction() as session:
        take_voucher_out(session, cart, one.id)
    assert trade.priced(cart).total_usd.minor == 10_150


def test_the_order_keeps_the_share_of_every_line_and_escrow_is_of_the_lowered_total(trade: Trade) -> None:
    shop = trade.shop_of(country="KH", currency="KHR", rates=[HOME])
    pepper, salt = trade.goods(shop, price=1_234_567), trade.goods(shop, title="Salt", price=345_678)
    cart = trade.cart({pepper: 3, salt: 1})
    trade.voucher(shop, code="RAIN", percent_bps=1_500)
    trade.use_voucher(cart, "RAIN")
    group = trade.place(cart)
    (order,) = group.orders
    assert order.voucher_code == "RAIN"
    assert order.discount_minor == sum(line.discount_minor for line in order.lines)
    assert order.discount_cents == sum(line.discount_cents for line in order.lines) > 0
    assert order.total_cents == order.goods_cents + order.shipping_cents - order.discount_cents == group.total_cents
    trade.charge(trade.open_card_page(group), group.total_cents)
    trade.settle()
    assert trade.stored_escrow(group.id).amount == group.total_cents * 10_000
    trade.books_equal_chain()
    with reading() as session:
        assert session.get_one(Cart, cart).voucher_ids == []
        assert session.query(Voucher).one().used_count == 1


def test_an_unpaid_checkout_gives_its_use_back_and_going_back_to_pay_takes_no_second(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, price=10_000)
    voucher = trade.voucher(shop, code="ONCE", most_uses=1)
    cart, other = trade.cart({goods: 1}), trade.cart({goods: 1})
    for one in (cart, other):
        trade.use_voucher(one, "ONCE", email=f"{one}@people.example")
    wish = trade.request(other)
    group = trade.place(cart)
    assert trade.priced(cart).total_usd.minor == 9_150, "its own checkout holds it"
    trade.place(cart, trade.request(cart, address={"country": "KH", "street": "Other", "city": "Phnom Penh"}))
    with pytest.raises(PricesChanged):
        trade.place(other, wish)
    with pytest.raises(VoucherUsedUp):
        trade.use_voucher(other, "ONCE")
    second = trade.now() + timedelta(hours=1)
    with transaction() as session:
        waiting = session.query(OrderGroup).filter_by(state="pending_payment").one()
        assert waiting.id != group.id
        assert expire_group(session, waiting.id, second)
    with reading() as session:
        assert session.get_one(Voucher, voucher.id).used_count == 0
    assert trade.place(other, wish).total_cents == 9_150


def test_a_buyer_uses_it_once_and_somebody_else_may(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, price=10_000)
    trade.voucher(shop, code="ONCE")
    first = trade.cart({goods: 1})
    trade.use_voucher(first, "ONCE")
    group = trade.place(first)
    trade.charge(trade.open_card_page(group), group.total_cents)
    again = trade.cart({goods: 1})
    with pytest.raises(VoucherUsedByYou):
        trade.use_voucher(again, "ONCE")
    trade.use_voucher(again, "ONCE", email="other@people.example")


def test_a_cart_with_a_voucher_asks_as_often_for_one_line_as_for_thirty(trade: Trade) -> None:
    shop = trade.shop_of()
    many = trade.cart({trade.goods(shop, title=f"Goods number {n}"): 1 for n in range(30)})
    one = trade.cart({trade.goods(shop): 1})
    trade.voucher(shop, code="RAIN", most_per_buyer=None)
    for cart in (one, many):
        trade.use_voucher(cart, "RAIN")
    counts = []
    for cart in (one, many):
        with asked() as statements:
            trade.priced(cart)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10


def test_a_person_enters_a_code_reads_why_not_and_takes_it_out_with_one_press(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    visitor = front.visitor()
    visitor.add(trade.goods(shop, price=10_000))
    voucher = trade.voucher(shop, code="RAIN10", minimum_minor=5_000)
    refused = visitor.send(visitor.look("/cart"), "/cart/voucher", code="<b>nothing</b>")
    page = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "There is no voucher with this code" in page
    assert 'value="&lt;b&gt;nothing&lt;/b&gt;"' in page
    assert visitor.send(page, "/cart/voucher", code=" rain-10").status_code == 303
    page = visitor.look("/cart")
    assert "Voucher RAIN10" in page
    assert "−$10.00" in page
    assert "$91.50" in page
    review = visitor.check_out()
    assert "−$10.00" in review
    page = visitor.look("/cart")
    visitor.send(page, "/cart/voucher/remove")
    assert "$101.50" in visitor.look("/cart")
    visitor.send(visitor.look("/cart"), "/cart/voucher", code="RAIN10")
    with transaction() as session:
        stop_voucher(session, shop.owner, shop.id, voucher.id, now=trade.now())
    page = visitor.look("/checkout/review")
    assert "was ended by who gave it out" in page
    assert "$101.50" in page
    card_page = visitor.pay(page).headers["Location"]
    front.come_back(visitor, front.pay_at_card_service(card_page))
    assert front.group().total_cents == 10_150


def test_the_buyer_and_the_seller_see_the_voucher_on_the_order(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    visitor = front.visitor()
    visitor.add(trade.goods(shop, price=10_000))
    trade.voucher(shop, code="RAIN10")
    visitor.send(visitor.look("/cart"), "/cart/voucher", code="RAIN10")
    card_page = visitor.pay(visitor.check_out()).headers["Location"]
    front.come_back(visitor, front.pay_at_card_service(card_page))
    (order,) = front.group().orders
    for page in (
        visitor.look(f"/orders/{order.number}"),
        front.member(shop.owner).look(f"/desk/orders/{order.number}"),
    ):
        assert "Voucher RAIN10" in page
        assert "−$10.00" in page
        assert "$91.50" in page


def test_a_program_names_its_codes_and_reads_what_they_take_off(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    wish = {"lines": [{"variant_id": str(trade.goods(shop, price=10_000)), "quantity": 1}]}
    trade.voucher(shop, code="RAIN10")
    program = front.app.test_client(use_cookies=False)
    refused = program.post("/api/v1/carts", json={**wish, "vouchers": ["NOTHING"]})
    assert (refused.status_code, refused.json["code"]) == (422, "voucher-unknown")
    cart = program.post("/api/v1/carts", json={**wish, "vouchers": ["rain-10"]}).json
    assert [(one["code"], one["off_usd"]["minor"]) for one in cart["vouchers"]] == [("RAIN10", 1_000)]
    assert cart["amounts"][f"discount:{shop.id}"] == 1_000
    headers = {"Cart-Token": cart["token"]}
    assert program.patch("/api/v1/cart", json={"vouchers": []}, headers=headers).json["vouchers"] == []
