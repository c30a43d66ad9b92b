"""Holding, selling, releasing and returning stock."""

import uuid
from datetime import timedelta

import pytest

from app.catalog.actions.release_stock import release_reserved
from app.catalog.actions.reserve_stock import StockWant, reserve_stock
from app.catalog.actions.return_stock import return_to_stock
from app.catalog.actions.sell_stock import sell_reserved
from app.catalog.actions.set_variant import set_price, set_stock
from app.catalog.errors import (
    HoldChanged,
    OutOfStock,
    StockBelowHeld,
    StockMoved,
    UnusablePrice,
    UnusableStock,
    VariantNotFound,
)
from app.catalog.rules.listings import VariantTerms
from tests.support.goods import NOW, a_listing, a_shop

UNTIL = NOW + timedelta(minutes=15)


@pytest.fixture
def stall(session):
    shop, owner = a_shop(session)
    listing = a_listing(session, shop, owner, stock=10)
    return listing, owner


def hold(session, variant, quantity, group=None):
    group, order = group or uuid.uuid4(), uuid.uuid4()
    reserve_stock(session, order_group_id=group, wants=[StockWant(variant.id, order, quantity)], until=UNTIL)
    session.refresh(variant)
    return group, order


def state(session, variant):
    session.refresh(variant)
    return variant.stock, variant.reserved


def test_a_hold_takes_from_what_others_can_have_but_not_from_stock(session, stall):
    variant = stall[0].variants[0]
    hold(session, variant, 4)
    assert state(session, variant) == (10, 4)
    with pytest.raises(OutOfStock) as refused:
        hold(session, variant, 7)
    assert refused.value.values == {"listing": "Kampot black pepper", "left": 6}


def test_a_cart_is_held_whole_or_not_at_all(session):
    shop, owner = a_shop(session)
    listing = a_listing(session, shop, owner, variants=[VariantTerms("A", 100, 5), VariantTerms("B", 100, 1)])
    wants = [StockWant(variant.id, uuid.uuid4(), 2) for variant in listing.variants]
    with pytest.raises(OutOfStock), session.begin_nested():
        reserve_stock(session, order_group_id=uuid.uuid4(), wants=wants, until=UNTIL)
    assert [state(session, variant) for variant in listing.variants] == [(5, 0), (1, 0)]


def test_the_same_hold_twice_is_held_once_and_another_one_is_refused(session, stall):
    variant = stall[0].variants[0]
    group, order = hold(session, variant, 3)
    reserve_stock(session, order_group_id=group, wants=[StockWant(variant.id, order, 3)], until=UNTIL)
    assert state(session, variant) == (10, 3)
    with pytest.raises(HoldChanged):
        reserve_stock(session, order_group_id=group, wants=[StockWant(variant.id, order, 4)], until=UNTIL)


def test_selling_twice_takes_the_goods_once(session, stall):
    variant = stall[0].variants[0]
    group, _ = hold(session, variant, 3)
    assert sell_reserved(session, group)
    assert sell_reserved(session, group)
    assert state(session, variant) == (7, 0)


def test_a_late_payment_takes_goods_that_are_still_there(session, stall):
    variant = stall[0].variants[0]
    group, _ = hold(session, variant, 3)
    release_reserved(session, group)
    assert state(session, variant) == (10, 0)
    assert sell_reserved(session, group)
    assert sell_reserved(session, group)
    assert state(session, variant) == (7, 0)


def test_a_late_payment_gets_nothing_when_somebody_else_was_faster(session, stall):
    variant = stall[0].variants[0]
    late, _ = hold(session, variant, 6)
    release_reserved(session, late)
    hold(session, variant, 5)
    assert not sell_reserved(session, late)
    assert state(session, variant) == (10, 5)


def test_releasing_after_the_sale_changes_nothing(session, stall):
    variant = stall[0].variants[0]
    group, _ = hold(session, variant, 3)
    sell_reserved(session, group)
    release_reserved(session, group)
    assert state(session, variant) == (7, 0)


def test_returned_goods_can_be_sold_again_but_return_only_once(session, stall):
    variant = stall[0].variants[0]
    group, order = hold(session, variant, 3)
    sell_reserved(session, group)
    return_to_stock(session, order)
    return_to_stock(session, order)
    assert state(session, variant) == (10, 0)


@pytest.mark.parametrize("quantity", [0, -1])
def test_a_hold_of_nothing_or_less_is_impossible(session, stall, quantity):
    with pytest.raises(ValueError, match="at least one"):
        hold(session, stall[0].variants[0], quantity)


def test_stock_cannot_fall_below_what_buyers_hold(session, stall):
    listing, owner = stall
    hold(session, listing.variants[0], 4)
    with pytest.raises(StockBelowHeld):
        set_stock(session, owner, listing.variants[0].id, stock=3)
    set_stock(session, owner, listing.variants[0].id, stock=4)
    assert state(session, listing.variants[0]) == (4, 4)


def test_stock_typed_on_an_old_page_does_not_bring_sold_goods_back(session, stall):
    listing, owner = stall
    variant = listing.variants[0]
    group, _ = hold(session, variant, 3)
    sell_reserved(session, group)
    with pytest.raises(StockMoved) as refused:
        set_stock(session, owner, variant.id, stock=12, seen=10)
    assert refused.value.values == {"current": 7}
    set_stock(session, owner, variant.id, stock=10, seen=10)
    assert state(session, variant) == (7, 0)


@pytest.mark.parametrize("stock", [-1, 10_000_001])
def test_impossible_stock_is_refused(session, stall, stock):
    listing, owner = stall
    with pytest.raises(UnusableStock):
        set_stock(session, owner, listing.variants[0].id, stock=stock)


def test_a_new_price_reaches_the_lists(session, stall):
    listing, owner = stall
    set_price(session, owner, listing.variants[0].id, price_minor=1999)
    session.refresh(listing)
    assert (listing.price_minor, listing.price_usd_cents) == (1999, 1999)


@pytest.mark.parametrize("price", [0, -5, 10_000_001])
def test_impossible_prices_are_refused(session, stall, price):
    listing, owner = stall
    with pytest.raises(UnusablePrice):
        set_price(session, owner, listing.variants[0].id, price_minor=price)


def test_another_shops_stock_and_price_are_not_there(session, stall):
    _, stranger = a_shop(session)
    variant_id = stall[0].variants[0].id
    with pytest.raises(VariantNotFound):
        set_stock(session, stranger, variant_id, stock=1)
    with pytest.raises(VariantNotFound):
        set_price(session, stranger, variant_id, price_minor=1)
    assert state(session, stall[0].variants[0]) == (10, 0)
