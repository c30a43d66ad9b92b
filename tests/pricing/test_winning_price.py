"""Which price is paid: one pure rule, the same on the page, in the cart and at checkout."""

from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.money.amounts import Money, percent_off, usd
from app.pricing.errors import UnusableTiers
from app.pricing.rules.tiers import MOST_TIERS, Tier, kept, reached, read_kept, require_tiers
from app.pricing.rules.winning import LIST, TIER, USUAL, ListOffer, price_steps, winning_price

prices = st.integers(1, 10**8)
quantities = st.integers(1, 1_000_000)
tiers = st.dictionaries(st.integers(2, 1_000_000), prices, max_size=MOST_TIERS).map(
    lambda found: tuple(Tier(start, price) for start, price in sorted(found.items()))
)


@st.composite
def offers(draw: st.DrawFn, *, is_fixed: bool | None = None) -> ListOffer:
    return ListOffer(
        uuid4(),
        draw(st.text(min_size=1, max_size=5)),
        draw(st.booleans()) if is_fixed is None else is_fixed,
        draw(st.integers(0, 9000)),
        draw(st.none() | prices),
        draw(tiers),
    )


TEN, FIFTY = Tier(10, 1300), Tier(50, 1200)


def offer(name: str = "Wholesale", **said: object) -> ListOffer:
    return ListOffer(uuid4(), name, **{"is_fixed": False, **said})  # type: ignore[arg-type]


def test_the_whole_quantity_is_bought_at_the_price_of_the_last_tier_it_reaches() -> None:
    found = [reached(1450, (TEN, FIFTY), count) for count in (1, 9, 10, 49, 50, 1_000_000)]
    assert found == [1450, 1450, 1300, 1300, 1200, 1200]


def test_a_larger_quantity_may_cost_more_where_the_seller_says_so() -> None:
    assert reached(1450, (Tier(10, 1500),), 10) == 1500


def test_tiers_begin_at_different_quantities_above_the_smallest_one_sold() -> None:
    require_tiers((TEN, FIFTY), minimum=9)
    for refused in ((TEN,), (TEN, TEN)):
        with pytest.raises(UnusableTiers):
            require_tiers(refused, minimum=10 if len(refused) == 1 else 1)
    with pytest.raises(UnusableTiers):
        require_tiers([Tier(start, 1) for start in range(2, MOST_TIERS + 3)], minimum=1)


def test_the_lowest_of_tier_and_list_is_paid_and_the_page_can_say_why() -> None:
    off = offer(off_bps=1000)  # a tenth off the usual price of that quantity
    assert winning_price(usd(1450), (), (off,), 1).price == usd(1305)
    assert winning_price(usd(1450), (TEN,), (off,), 10).price == usd(1170)
    named = offer("Cafés", price_minor=1290)
    won = winning_price(usd(1450), (TEN, FIFTY), (named,), 10)
    assert (won.price, won.kind, won.list_name) == (usd(1290), LIST, "Cafés")
    lower = winning_price(usd(1450), (TEN, FIFTY), (named,), 50)
    assert (lower.price, lower.kind, lower.list_name) == (usd(1200), TIER, "")


def test_a_fixed_list_decides_also_where_its_price_is_higher() -> None:
    fixed = offer("Agreed", is_fixed=True, price_minor=1600)
    won = winning_price(usd(1450), (TEN,), (offer(off_bps=5000), fixed), 10)
    assert (won.price, won.kind, won.list_name) == (usd(1600), LIST, "Agreed")


def test_a_percentage_is_rounded_half_to_even_and_never_to_nothing() -> None:
    assert [percent_off(usd(cents), 5000).minor for cents in (1, 3, 5, 7)] == [1, 2, 2, 4]
    assert percent_off(usd(1), 9000) == usd(1)
    assert percent_off(usd(0), 9000) == usd(0)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(prices, tiers, st.lists(offers(is_fixed=False), max_size=4), quantities)
def test_no_buyer_in_a_group_pays_more_than_everybody_unless_a_list_is_fixed(price, steps, found, quantity) -> None:
    usual = winning_price(usd(price), steps, (), quantity)
    assert winning_price(usd(price), steps, found, quantity).price <= usual.price
    assert usual.kind == (TIER if any(step.from_quantity <= quantity for step in steps) else USUAL)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(prices, tiers, st.lists(offers(), max_size=4), quantities)
def test_the_order_of_the_lists_does_not_matter_and_a_price_is_never_nothing(price, steps, found, quantity) -> None:
    one, other = (winning_price(usd(price), steps, way, quantity).price for way in (found, found[::-1]))
    assert one == other
    assert one.minor > 0


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(prices, tiers, st.lists(offers(), max_size=3), st.integers(1, 1000), quantities)
def test_the_table_of_a_page_says_what_the_cart_will_ask(price, steps, found, minimum, quantity) -> None:
    table = price_steps(usd(price), steps, found, minimum=minimum)
    assert table[0][0] == minimum
    if quantity >= minimum:
        shown = [won for start, won in table if start <= quantity][-1]
        assert shown.price == winning_price(usd(price), steps, found, quantity).price


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tiers)
def test_tiers_come_back_from_their_column_as_they_were(steps) -> None:
    assert read_kept(kept(steps)) == steps


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(prices, tiers, st.lists(offers(), max_size=2), quantities), max_size=6))
def test_a_total_is_the_sum_of_lines_each_at_its_own_price(lines) -> None:
    paid = [winning_price(usd(price), steps, found, count).price * count for price, steps, found, count in lines]
    assert sum(paid, usd(0)) == Money(sum(line.minor for line in paid), "USD")
