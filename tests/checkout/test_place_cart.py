"""Ordering a cart: once, at the prices that were seen, never more than there is."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app.catalog.actions.publish_listing import pause_listing
from app.catalog.actions.set_variant import set_price, set_stock
from app.catalog.errors import OutOfStock
from app.catalog.models import StockReservation, Variant
from app.checkout.errors import CartHasProblems, CartIsEmpty
from app.db.session import reading, transaction
from app.errors import DomainError
from app.orders.errors import FormAlreadyUsed, PricesChanged
from app.orders.models import Order, OrderGroup
from tests.support.trade import Trade


def count(model: type[OrderGroup] | type[Order]) -> int:
    with reading() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


def in_parallel(work: list[Callable[[], OrderGroup]]) -> list[OrderGroup | DomainError]:
    def attempt(one: Callable[[], OrderGroup]) -> OrderGroup | DomainError:
        try:
            return one()
        except DomainError as refused:
            return refused

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(attempt, work))


def test_a_double_click_in_parallel_is_one_order_group(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), stock=10)
    cart = trade.cart({goods: 3})
    request, now = trade.request(cart), trade.now()
    placed = in_parallel([lambda: trade.place_at(now, cart, request)] * 6)
    assert len({group.id for group in placed if isinstance(group, OrderGroup)}) == 1
    assert count(OrderGroup) == 1
    assert trade.stock(goods) == (10, 3)


def test_two_tabs_with_the_same_content_are_one_order_group(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), stock=10)
    cart = trade.cart({goods: 3})
    first, now = trade.request(cart), trade.now()
    second = replace(first, form_token=uuid4())
    placed = in_parallel([lambda: trade.place_at(now, cart, first), lambda: trade.place_at(now, cart, second)])
    assert len({group.id for group in placed if isinstance(group, OrderGroup)}) == 1


def test_a_second_tab_that_pays_again_is_shown_the_order_the_first_has_paid(trade: Trade) -> None:
    cart = trade.cart({trade.goods(trade.shop_of()): 1})
    request = trade.request(cart)
    group = trade.place(cart, request)
    trade.charge(trade.open_card_page(group), group.total_cents)
    assert trade.place(cart, replace(request, form_token=uuid4())).id == group.id
    assert count(OrderGroup) == 1


def test_a_used_form_with_other_content_is_refused(trade: Trade) -> None:
    cart = trade.cart({trade.goods(trade.shop_of()): 1})
    request = trade.request(cart)
    trade.place(cart, request)
    with pytest.raises(FormAlreadyUsed):
        trade.place(cart, replace(request, address={**request.address, "city": "Kampot"}))
    assert count(OrderGroup) == 1


def test_a_price_that_rose_while_the_page_was_open_orders_nothing_and_names_the_line(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    cart = trade.cart({goods: 2})
    request = trade.request(cart)
    with transaction() as session:
        set_price(session, shop.owner, goods, price_minor=1500)
    with pytest.raises(PricesChanged) as refused:
        trade.place(cart, request)
    assert refused.value.changed == [f"line:{goods}", "total"]
    assert (count(OrderGroup), trade.stock(goods)) == (0, (100, 0))


def test_stock_that_fell_while_the_page_was_open_orders_nothing(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, stock=5)
    cart = trade.cart({goods: 5})
    request = trade.request(cart)
    with transaction() as session:
        set_stock(session, shop.owner, goods, stock=4)
    with pytest.raises(CartHasProblems):
        trade.place(cart, request)
    assert count(OrderGroup) == 0


def test_goods_taken_off_sale_cannot_be_ordered(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop)
    cart = trade.cart({goods: 1})
    request = trade.request(cart)
    with transaction() as session:
        pause_listing(session, shop.owner, session.get_one(Variant, goods).listing_id)
    with pytest.raises(CartHasProblems):
        trade.place(cart, request)


def test_an_amount_changed_in_the_form_on_the_way_is_noticed(trade: Trade) -> None:
    cart = trade.cart({trade.goods(trade.shop_of()): 1})
    request = trade.request(cart)
    with pytest.raises(PricesChanged):
        trade.place(cart, replace(request, seen={**request.seen, "total": 1}))


def test_an_empty_cart_cannot_be_ordered(trade: Trade) -> None:
    cart = trade.cart({})
    with pytest.raises(CartIsEmpty):
        trade.place(cart, trade.request(cart))


def test_sixty_four_buyers_of_ten_units_make_exactly_ten_orders(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), stock=10)
    carts = [trade.cart({goods: 1}) for _ in range(64)]
    requests, now = [(cart, trade.request(cart)) for cart in carts], trade.now()

    def buy(cart: UUID, request: object) -> Callable[[], OrderGroup]:
        return lambda: trade.place_at(now, cart, request)  # type: ignore[arg-type]

    answers = in_parallel([buy(cart, request) for cart, request in requests])
    placed = [answer for answer in answers if isinstance(answer, OrderGroup)]
    refused = [answer for answer in answers if not isinstance(answer, OrderGroup)]
    assert len(placed) == 10
    assert all(isinstance(error, OutOfStock | CartHasProblems) for error in refused)
    assert (count(OrderGroup), count(Order), trade.stock(goods)) == (10, 10, (10, 10))


def test_going_back_and_changing_the_address_frees_the_first_hold(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), stock=1)
    cart = trade.cart({goods: 1})
    first = trade.place(cart)
    assert not trade.priced(cart).problems, "what one's own checkout holds is not taken from oneself"
    changed = trade.request(cart)
    second = trade.place(cart, replace(changed, address={**changed.address, "city": "Kampot"}))
    assert second.id != first.id
    assert trade.stock(goods) == (1, 1)
    with reading() as session:
        assert session.get_one(OrderGroup, first.id).state == "expired"


def test_paying_both_of_two_checkouts_of_one_cart_gives_one_of_them_back(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), stock=10)
    cart = trade.cart({goods: 1})
    first = trade.place(cart)
    first_page = trade.open_card_page(first)
    changed = trade.request(cart)
    second = trade.place(cart, replace(changed, address={**changed.address, "city": "Kampot"}))
    second_page = trade.open_card_page(second)
    trade.charge(second_page, second.total_cents)
    trade.charge(first_page, first.total_cents)
    assert trade.send_card_refunds() == first.total_cents
    assert trade.stock(goods) == (9, 0)
    with reading() as session:
        sold = session.scalars(select(func.sum(StockReservation.quantity)).where(StockReservation.state == "sold"))
        assert sold.one() == 1


def test_a_paid_cart_is_empty_but_keeps_what_was_added_since(trade: Trade) -> None:
    shop = trade.shop_of()
    pepper, salt = trade.goods(shop), trade.goods(shop, title="Flower of salt")
    cart = trade.cart({pepper: 2})
    group = trade.place(cart)
    with transaction() as session:
        from app.checkout.actions.change_cart import add_to_cart

        add_to_cart(session, cart, salt, 1, now=trade.now())
    trade.charge(trade.open_card_page(group), group.total_cents)
    (seller,) = trade.priced(cart).sellers
    assert [item.line.variant_id for item in seller.items] == [salt]
