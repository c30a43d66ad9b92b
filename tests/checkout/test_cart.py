"""What can be put into a cart, and what the cart says of it."""

from uuid import uuid4

import pytest

from app.catalog.errors import QuantityNotInSteps, QuantityTooSmall, TooFewLeft, VariantNotFound
from app.checkout.actions.change_cart import (
    add_to_cart,
    merge_carts,
    open_cart,
    put_back,
    set_quantity,
    take_out,
)
from app.checkout.errors import NotInCart
from app.db.session import transaction
from app.shipping.rules import RateTerms
from tests.support.statements import asked
from tests.support.trade import ABROAD, HOME, Trade


def test_less_than_the_least_quantity_is_refused(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), minimum=3)
    for quantity in (2, 0, -1, -(10**9)):
        with pytest.raises(QuantityTooSmall):
            trade.cart({goods: quantity})


def test_more_than_there_is_is_refused_and_says_how_much_is_left(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), stock=100, minimum=3, step=4)
    for quantity in (103, 1_000_001, 10**30):
        with pytest.raises(TooFewLeft) as refused:
            trade.cart({goods: quantity})
        assert refused.value.values["left"] == 99


def test_goods_that_somebody_else_took_are_told_to_be_gone_and_nobody_is_asked_to_enter_zero(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, stock=2)
    cart = trade.cart({goods: 1})
    trade.paid_group({goods: 2})
    [problem] = trade.priced(cart).problems
    assert problem.code == "none-left"
    assert "Take it out to go on" in str(problem.text)
    assert "Enter" not in str(problem.text)


def test_a_quantity_between_two_steps_names_both(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), minimum=3, step=4)
    with pytest.raises(QuantityNotInSteps) as refused:
        trade.cart({goods: 8})
    assert (refused.value.values["below"], refused.value.values["above"]) == (7, 11)


def test_adding_twice_counts_together(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), stock=5)
    cart = trade.cart({goods: 3})
    with transaction() as session:
        assert add_to_cart(session, cart, goods, 2, now=trade.now()) == 5
    with pytest.raises(TooFewLeft), transaction() as session:
        add_to_cart(session, cart, goods, 1, now=trade.now())


def test_a_form_sent_again_adds_nothing_and_the_next_one_does(trade: Trade) -> None:
    goods, first, second = trade.goods(trade.shop_of()), uuid4(), uuid4()
    cart = trade.cart({goods: 3})
    for token, quantity, count in ((first, 2, 5), (first, 2, 5), (first, 1, 6), (second, 1, 7)):
        with transaction() as session:
            assert add_to_cart(session, cart, goods, quantity, now=trade.now(), form_token=token) == count


def test_what_was_taken_out_can_be_put_back_as_it_was(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of())
    cart = trade.cart({goods: 7})
    with transaction() as session:
        taken = take_out(session, cart, goods)
    assert trade.priced(cart).count == 0
    with transaction() as session:
        put_back(session, cart, taken.variant_id, taken.quantity, now=trade.now())
    assert trade.priced(cart).sellers[0].items[0].line.quantity == 7


def test_what_is_not_in_the_cart_cannot_be_changed(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of())
    cart = trade.cart({})
    with pytest.raises(NotInCart), transaction() as session:
        set_quantity(session, cart, goods, 1, now=trade.now())
    with pytest.raises(VariantNotFound), transaction() as session:
        add_to_cart(session, cart, uuid4(), 1, now=trade.now())


def test_signing_in_joins_both_carts_and_keeps_the_larger_quantity(trade: Trade) -> None:
    shop = trade.shop_of()
    pepper, salt = trade.goods(shop), trade.goods(shop, title="Flower of salt")
    person = trade.person()
    assert person.user_id is not None
    with transaction() as session:
        mine = open_cart(session, token=None, user_id=person.user_id)
        add_to_cart(session, mine.id, pepper, 2, now=trade.now())
        guest = open_cart(session, token=None, user_id=None)
        add_to_cart(session, guest.id, pepper, 5, now=trade.now())
        add_to_cart(session, guest.id, salt, 1, now=trade.now())
    for _ in range(2):
        with transaction() as session:
            merge_carts(session, token=guest.token, user_id=person.user_id)
    quantities = {i.line.variant_id: i.line.quantity for s in trade.priced(mine.id).sellers for i in s.items}
    assert quantities == {pepper: 5, salt: 1}


def test_a_cart_shows_each_seller_with_its_shipping_and_the_sum_of_all_lines(trade: Trade) -> None:
    thai = trade.shop_of(
        name="Ban Chiang", country="TH", currency="THB", rates=[RateTerms("region", "Post", "EMS", 4, 9, 12_000)]
    )
    khmer = trade.shop_of(rates=[HOME, RateTerms("domestic", "Rider", "Grab", 0, 1, 400), ABROAD])
    scarf, pepper = trade.goods(thai, price=133_333), trade.goods(khmer)
    cart = trade.priced(trade.cart({scarf: 3, pepper: 2}))
    by_name = {seller.seller.name: seller for seller in cart.sellers}
    assert [option.method for option in by_name["Sothy's Farm"].options] == ["Parcel", "Rider"]
    assert by_name["Ban Chiang"].goods_usd.minor == 11_389  # 3,999.99 baht at 35.12
    assert cart.total_usd.minor == sum(s.goods_usd.minor + s.shipping.usd.minor for s in cart.sellers if s.shipping)


def test_a_seller_that_does_not_send_there_is_a_problem_of_the_cart(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(rates=[HOME]))
    cart = trade.cart({goods: 1})
    assert [problem.code for problem in trade.priced(cart, country="SG").problems] == ["no-shipping"]
    assert not trade.priced(cart, country="KH").problems


def test_the_tax_inside_the_prices_of_a_registered_seller_is_shown(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(is_tax_registered=True), price=10_850)
    cart = trade.priced(trade.cart({goods: 1}))
    assert [tax.minor for tax in cart.taxes.values()] == [1_000]
    assert cart.total_usd.minor == 11_000


def test_pricing_a_cart_asks_the_database_the_same_number_of_times_for_one_line_and_for_thirty(trade: Trade) -> None:
    shops = [trade.shop_of(name=f"Shop number {n}") for n in range(3)]
    many = trade.cart({trade.goods(shops[n % 3], title=f"Goods number {n}"): 1 for n in range(30)})
    one = trade.cart({trade.goods(shops[0]): 1})
    counts = []
    for cart in (one, many):
        with asked() as statements:
            trade.priced(cart)
        counts.append(len(statements))
    assert 0 < counts[0] == counts[1]
