"""Tax of a seller's country is taken when an order is released, on a real node; the books tie out at every step."""

from fractions import Fraction

import pytest

from app.db.session import reading, transaction
from app.ledger.chart import country_owner
from app.payouts.queries import seller_money
from app.settlement.actions.exit_leg import release_leg
from app.settlement.queries import leg_of
from app.withholding.actions.take_tax import give_back
from app.withholding.queries import terms_of
from tests.support.trade import Trade
from tests.withholding.conftest import UNIT, Withheld, local

NET = 9_500 * UNIT  # of 100 dollars, 5 percent of commission
CASES = [
    ("ID", "company", 10_000 * UNIT * Fraction(1, 200)),
    ("PH", "company", 9_500 * UNIT * Fraction(1, 200)),  # without commission, and of that one half
    ("VN", "sole_trader", 10_000 * UNIT * Fraction(3, 200)),  # two taxes together
]


@pytest.mark.parametrize(("country", "kind", "tax"), CASES)
def test_of_a_released_order_the_tax_of_the_sellers_country_is_set_aside(
    withheld: Withheld, trade: Trade, country: str, kind: str, tax: Fraction
) -> None:
    assert tax.denominator == 1
    withheld.switch(country)
    shop = withheld.shop(country, kind)
    withheld.released(shop)
    assert trade.books("2200", owner=shop.id) == NET - int(tax)
    assert trade.books("2310", owner=country_owner(country)) == int(tax)
    assert trade.books("1206") == trade.on_chain(trade.keys.address("taxes")) == int(tax)
    assert trade.on_chain(bytes.fromhex(trade.keys.seller(shop.id).address[2:])) == NET - int(tax)
    trade.books_equal_chain()
    assert all(move.moved_at is not None for move in withheld.movements())
    with reading() as session:
        assert seller_money(session, shop.id).redeemable_cents == (NET - int(tax)) // UNIT


def test_without_the_switch_nothing_is_withheld(withheld: Withheld, trade: Trade) -> None:
    shop = withheld.shop("ID")
    withheld.released(shop)
    assert trade.books("2200", owner=shop.id) == NET
    assert withheld.movements() == []


def test_a_company_of_vietnam_is_not_taken(withheld: Withheld, trade: Trade) -> None:
    withheld.switch("VN")
    shop = withheld.shop("VN", "company")
    withheld.released(shop)
    assert trade.books("2200", owner=shop.id) == NET


def test_what_the_buyer_got_back_before_is_not_taxed(withheld: Withheld, trade: Trade) -> None:
    withheld.switch("ID")
    shop = withheld.shop("ID", "company")
    group = withheld.ordered(shop)
    withheld.refund(shop, group.orders[0].id, 4_000)
    withheld.release(group)
    assert trade.books("2310", owner=country_owner("ID")) == 6_000 * UNIT // 200


def test_what_a_voucher_of_the_seller_took_off_is_not_taxed(withheld: Withheld, trade: Trade) -> None:
    withheld.switch("ID")
    shop = withheld.shop("ID", "company")
    trade.voucher(shop, code="TEN")
    cart = trade.cart({trade.goods(shop, price=local("ID", 10_000)): 1})
    trade.use_voucher(cart, "TEN")
    order_id = trade.place(cart).orders[0].id
    with reading() as session:
        (terms,) = terms_of(session, order_id)
    assert (terms.amount_units, terms.base_units) == (9_000 * UNIT, 9_000 * UNIT)


def test_shipping_is_not_in_the_base_of_the_philippines(withheld: Withheld, trade: Trade) -> None:
    withheld.switch("PH")
    shop = withheld.shop("PH", "company", shipping_cents=1_000)
    order_id = withheld.released(shop)
    with reading() as session:
        (terms,) = terms_of(session, order_id)
    assert terms.amount_units == 11_000 * UNIT
    assert terms.base_units == (10_000 - 550) * UNIT // 2
    assert trade.books("2310", owner=country_owner("PH")) == (10_000 - 550) * UNIT // 200


def test_a_seller_with_an_own_wallet_is_paid_through_the_market_from_the_switch_on(
    withheld: Withheld, trade: Trade
) -> None:
    wallet = bytes.fromhex(trade.chain.accounts[5][2:])
    shop = withheld.shop("ID", "company", wallet=wallet)
    before = withheld.ordered(shop)
    withheld.switch("ID")
    after = withheld.ordered(shop)
    for group in (before, after):
        withheld.release(group)
    with reading() as session:
        legs = [leg_of(session, group.orders[0].id) for group in (before, after)]
    assert [leg.seller_is_market_held for leg in legs if leg] == [False, True]
    assert trade.on_chain(wallet) == NET
    assert trade.books("2200", owner=shop.id) == NET - 50 * UNIT
    trade.books_equal_chain()


def test_of_goods_that_come_back_after_the_release_the_tax_is_given_back_in_proportion(
    withheld: Withheld, trade: Trade
) -> None:
    withheld.switch("VN")
    shop = withheld.shop("VN")
    order_id = withheld.released(shop)
    for _ in range(2):
        with transaction() as session:
            give_back(session, order_id, returned=2_500 * UNIT, key=f"test:{_}", at=trade.now())
        trade.settle()
    assert trade.books("2310", owner=country_owner("VN")) == 5_000 * UNIT * 3 // 200
    assert trade.books("2200", owner=shop.id) == NET - 75 * UNIT
    trade.books_equal_chain()
    with reading() as session:
        assert {terms.returned_units for terms in terms_of(session, order_id)} == {5_000 * UNIT}


def test_an_order_released_in_odd_parts_has_the_tax_of_one_release(withheld: Withheld, trade: Trade) -> None:
    withheld.switch("VN")
    shop = withheld.shop("VN")
    order_id = withheld.ordered(shop, 10_001).orders[0].id
    for number, units in enumerate((33_333_333, 1, None)):
        with transaction() as session:
            release_leg(session, order_id, key=f"test:{number}", units=units)
        trade.settle()
        trade.settle()
    whole = 10_001 * UNIT
    assert trade.books("2310", owner=country_owner("VN")) == whole // 100 + whole // 200
    moved = withheld.movements()
    assert sum(move.base_units for move in moved) == 2 * whole
    assert all(move.moved_at is not None for move in moved)
    trade.books_equal_chain()
