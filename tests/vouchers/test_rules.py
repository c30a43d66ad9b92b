"""Codes, shares and a thousand carts: what a voucher takes off is exactly what its lines lose."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.checkout.rules.discounts import Offers
from app.checkout.rules.priced_cart import CartItem, PricedCart, PricedSeller, Seller
from app.fx.rules import DatedRate
from app.money.amounts import Money, Rate, shares_of, tax_included, usd
from app.orders.rules.pricing import PricedShipping, PricedTax, price_line, seen_amounts
from app.orders.rules.vouchers import buyers_part, market_part
from app.vouchers.errors import BadVoucherCode
from app.vouchers.rules.codes import CLEAR_LETTERS, code_key, code_shown, made_code
from app.vouchers.rules.terms import Offer

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
RATES = {"USD": 1_000_000, "KHR": 4_050_000_000, "VND": 25_400_000_000, "THB": 35_120_000, "IDR": 16_250_500_000}


@pytest.mark.parametrize("typed", ["RAIN-10", "rain 10", "  Rain10 ", "ＲＡＩＮ１０", "rain\u200b10"])
def test_one_code_however_it_is_typed(typed: str) -> None:
    assert code_key(typed) == "rain10"


def test_a_code_can_be_khmer_and_accents_are_one_however_composed() -> None:
    assert code_key("ចូលឆ្នាំ") == code_key(" ចូលឆ្នាំ ")
    assert code_key("cafe\u0301") == code_key("CAFÉ")
    assert code_shown("  rain   10 ") == "RAIN 10"


@pytest.mark.parametrize("typed", ["", "ab", "-- --", "x" * 33, "\0\0\0"])
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(BadVoucherCode):
        code_key(typed)


def test_a_made_up_code_has_no_letter_that_is_read_as_another() -> None:
    assert not set("ILO01") & set(CLEAR_LETTERS)
    assert code_key(made_code(lambda letters: letters[-1])) == "99999999"


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30), st.data())
def test_shares_are_exact_and_none_is_above_its_weight(weights: list[int], data: st.DataObject) -> None:
    amount = data.draw(st.integers(0, sum(weights)))
    shares = shares_of(amount, weights)
    assert sum(shares) == (amount if sum(weights) else 0)
    assert all(0 <= share <= weight for share, weight in zip(shares, weights, strict=True))


@given(st.integers(1, 10**8), st.integers(0, 10**8), st.lists(st.integers(1, 10**8), max_size=12))
def test_a_refund_in_any_number_of_parts_gives_each_side_what_it_paid(
    total: int, markets: int, parts: list[int]
) -> None:
    markets, before, to_market, to_buyer = markets % total, 0, 0, 0
    for part in (*parts, total):
        cents = min(part, total - before)
        to_market += market_part(total, markets, before=before, cents=cents)
        to_buyer += buyers_part(total, markets, before=before, cents=cents)
        before += cents
        assert to_market <= markets
        assert to_buyer <= total - markets
    assert (to_market, to_buyer) == (markets, total - markets)


def sellers(dice: Random) -> list[PricedSeller]:
    found = []
    for _ in range(dice.randint(1, 4)):
        currency = dice.choice(sorted(RATES))
        rate = Rate(currency, RATES[currency])
        items = [_item(dice, rate) for _ in range(dice.randint(1, 5))]
        price = Money(dice.randint(0, 5) * rate.least_paid.minor * 100, currency)
        shipping = PricedShipping(uuid4(), "Parcel", "", 1, 3, price, rate.to_usd(price))
        seller, dated = Seller(uuid4(), "Shop", "shop", "Kampot", "KH", 1), DatedRate(rate, date(2026, 11, 1), "test")
        found.append(PricedSeller(seller, items, [shipping], shipping, (), dated))
    return found


def _item(dice: Random, rate: Rate) -> CartItem:
    line = price_line(
        variant_id=uuid4(),
        listing_id=uuid4(),
        sku="A",
        titles={"en": "Pepper"},
        variant_names={},
        unit="kg",
        quantity=dice.randint(1, 40),
        price=Money(dice.randint(1, 3_000) * rate.least_paid.minor, rate.currency),
        rate=rate,
    )
    return CartItem(line, "pepper", None, "t1", 1, 1, 100, category_id=UUID(int=dice.randint(1, 2)))


def _offer(dice: Random, shop: UUID | None, currency: str) -> Offer:
    by_percent, amount = dice.random() < 0.5, dice.randint(1, 10 ** dice.randint(1, 9))
    return Offer(
        id=uuid4(),
        code="RAIN10",
        organization_id=shop,
        percent_bps=dice.randint(1, 90) * 100 if by_percent else None,
        amount=None if by_percent else Money(amount, currency),
        minimum=Money(dice.choice([0, 0, 5_000]), currency),
        starts_at=NOW - timedelta(days=1),
        ends_at=None,
        category_ids=frozenset(dice.choice([(), (), (UUID(int=1),)])),
    )


def lowered(dice: Random, plain: list[PricedSeller]) -> PricedCart:
    """As the cart is priced with a voucher of some of its sellers, and mostly one of the market."""
    offers = [_offer(dice, one.seller.id, one.rate.rate.currency) for one in plain if dice.random() < 0.6]
    if dice.random() < 0.7:
        offers.append(_offer(dice, None, "USD"))
    offered, priced = Offers(offers, NOW), []
    for one in plain:
        assert one.shipping
        items, code = offered.lower(one.seller.id, one.items, one.rate.rate, one.shipping.usd)
        goods = sum((item.line.net for item in items), Money(0, one.rate.rate.currency))
        tax = PricedTax("VAT", 1_000, goods, tax_included(goods + one.shipping.price, 1_000), "")
        priced.append(replace(one, items=items, voucher_code=code, taxes=[tax]))
    return offered.cart(priced, "KH")


def test_of_two_thousand_carts_every_total_is_the_sum_of_its_lines() -> None:
    with_seller, with_market = 0, 0
    for seed in range(2_000):
        dice = Random(seed)
        plain = sellers(dice)
        cart = lowered(dice, plain)
        _check(cart, plain, dice)
        with_seller += any(one.discount_usd for one in cart.sellers)
        with_market += any(one.market_usd for one in cart.sellers)
    assert min(with_seller, with_market) > 800, "the carts are worth looking at"


def _check(cart: PricedCart, plain: list[PricedSeller], dice: Random) -> None:
    orders = cart.orders()
    for order, before in zip(orders, plain, strict=True):
        lines = order.lines
        assert order.total_usd.minor == sum(line.net_usd.minor for line in lines) + order.shipping.usd.minor
        paid = sum(line.usd.minor - line.discount_cents - line.market_cents for line in lines)
        assert order.due_usd.minor == paid + order.shipping.usd.minor
        assert order.total.minor == sum(line.net.minor for line in lines) + order.shipping.price.minor
        assert all(0 <= line.discount_minor <= line.total.minor for line in lines)
        assert all(0 <= line.market_cents <= line.net_usd.minor for line in lines)
        assert all(line.net_usd == order.rate.to_usd(line.net) for line in lines)
        assert order.due_usd.minor >= 1
        assert order.total_usd.minor + order.discount_usd.minor == before.total_usd.minor
        assert order.taxes[0].tax == tax_included(order.total, 1_000), "the tax is of what is asked, not of what was"
        _part_refunds(order.total_usd.minor, order.market_usd.minor, dice)
    assert cart.total_usd == sum((order.due_usd for order in orders), usd(0))
    assert seen_amounts(orders)["total"] == cart.total_usd.minor
    taken = sum(one.off.minor for one in cart.vouchers)
    assert taken == sum(one.total_usd.minor for one in plain) - cart.total_usd.minor


def _part_refunds(total: int, markets: int, dice: Random) -> None:
    first = dice.randint(0, total)
    parts = [(0, first), (first, total - first)]
    assert sum(market_part(total, markets, before=before, cents=cents) for before, cents in parts) == markets
    assert sum(buyers_part(total, markets, before=before, cents=cents) for before, cents in parts) == total - markets
