"""Totals are sums of lines, whatever the cart, the currency and the rate."""

from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from app.money.amounts import Money, Rate
from app.money.currencies import CURRENCIES
from app.orders.rules.pricing import PricedOrder, PricedShipping, changed_amounts, price_line, seen_amounts

rates = st.sampled_from(sorted(CURRENCIES)).flatmap(
    lambda code: st.integers(10**5, 3 * 10**10).map(lambda rate: Rate(code, 10**6 if code == "USD" else rate))
)


@st.composite
def orders(draw: st.DrawFn) -> PricedOrder:
    rate = draw(rates)

    def money(most: int) -> Money:
        return Money(draw(st.integers(0, most)), rate.currency)

    lines = [
        price_line(
            variant_id=uuid4(),
            listing_id=uuid4(),
            sku="A",
            titles={},
            variant_names={},
            unit="kg",
            quantity=draw(st.integers(1, 1_000_000)),
            price=money(10**9),
            rate=rate,
        )
        for _ in range(draw(st.integers(1, 6)))
    ]
    cost = money(10**8)
    shipping = PricedShipping(uuid4(), "Post", "EMS", 1, 3, cost, rate.to_usd(cost))
    return PricedOrder(uuid4(), 2, lines, shipping, (), rate, draw(st.dates()), "test")


@given(st.lists(orders(), min_size=1, max_size=5))
def test_every_total_is_the_sum_of_its_lines(bought: list[PricedOrder]) -> None:
    for order in bought:
        assert (
            order.total.minor
            == sum(line.price.minor * line.quantity for line in order.lines) + order.shipping.price.minor
        )
        assert order.total_usd.minor == sum(line.usd.minor for line in order.lines) + order.shipping.usd.minor
    amounts = seen_amounts(bought)
    assert amounts["total"] == sum(v for name, v in amounts.items() if name.startswith(("line:", "shipping:")))


@given(orders())
def test_converting_a_line_is_off_by_at_most_half_a_cent(order: PricedOrder) -> None:
    exponent = CURRENCIES[order.rate.currency].iso
    for line in order.lines:
        exact = line.total.minor * 100 * 10**6  # over per_usd_micro * 10**exponent
        rounded = line.usd.minor * order.rate.per_usd_micro * 10**exponent
        assert 2 * abs(exact - rounded) <= order.rate.per_usd_micro * 10**exponent


@given(orders(), orders())
def test_what_was_seen_differs_from_what_is_live_exactly_where_something_changed(
    one: PricedOrder, other: PricedOrder
) -> None:
    assert changed_amounts(seen_amounts([one]), seen_amounts([one])) == []
    assert changed_amounts(seen_amounts([one]), seen_amounts([one, other]))
