"""Five thousand carts made by dice: to the smallest unit, every total is the sum of its lines, and no part is lost.

The arithmetic is that of every cart and every order (`tests/support/random_carts.py`); a few go through PostgreSQL and
the chain, with returns and refunds, to the last cent in the books.
"""

from collections import Counter
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.db.session import in_transaction, reading
from app.errors import DomainError
from app.money.amounts import UNITS_PER_CENT, tax_included, usd
from app.orders.actions.refund_order import refund_order
from app.orders.actions.ship_order import ship_order
from app.orders.models import Order, OrderGroup, OrderPart
from app.orders.rules.life import left_cents, require_refundable
from app.orders.rules.milestones import parts
from app.orders.rules.parcels import LineLeft, part_cents
from app.orders.rules.pricing import PricedOrder, seen_amounts
from app.orders.rules.vouchers import buyers_part, market_part
from app.pricing.rules.winning import winning_price
from tests.support.random_carts import Dice, RandomCart
from tests.support.trade import ABROAD, HOME, RateTerms, Trade

CARTS, SLICES = 5_000, 5


@pytest.mark.parametrize("slice_", range(SLICES))
def test_of_five_thousand_carts_every_total_is_the_sum_of_its_lines(slice_: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(slice_, CARTS, SLICES):
        made = RandomCart(seed)
        if made.plain:
            require_sums(made, seen)
    worth_looking_at = ("vouchers of sellers", "vouchers of the market", "tiers or lists", "free shipping", "taxes")
    assert all(seen[what] > CARTS // SLICES // 4 for what in (*worth_looking_at, "borders", "in parts", "samples")), (
        seen
    )


def require_sums(made: RandomCart, seen: Counter[str]) -> None:
    orders = made.cart.orders()
    for order, before, stall in zip(orders, made.plain, made.stalls, strict=True):
        require_prices(order, stall, seen)
        require_order(order, before.total_usd.minor)
        require_tax(order, stall.shop.country == made.country, seen)
        require_parts(order, seen)
        require_money_back(order, made.dice)
        seen["vouchers of sellers"] += bool(order.discount_usd)
        seen["vouchers of the market"] += bool(order.market_usd)
    assert made.cart.total_usd == sum((order.due_usd for order in orders), usd(0))
    assert seen_amounts(orders)["total"] == made.cart.total_usd.minor
    taken = sum(one.off.minor for one in made.cart.vouchers)
    assert taken == sum(one.total_usd.minor for one in made.plain) - made.cart.total_usd.minor


def require_prices(order: PricedOrder, stall, seen: Counter[str]) -> None:
    """Each line costs what its tier or list says; shipping, what the narrowest band that holds it says."""
    usual = 0
    for priced, line in zip(order.lines, stall.lines, strict=True):
        own = priced.price.__class__(line.variant.price_minor, stall.shop.currency)
        won = winning_price(own, line.variant.tiers, stall.lists.get(line.variant.id, ()), line.quantity)
        assert priced.price == won.price
        assert priced.is_sample == line.variant.is_sample
        assert not priced.is_sample or (priced.net, priced.market_cents) == (priced.total, 0), "a voucher lowered it"
        seen["samples"] += priced.is_sample
        seen["tiers or lists"] += won.kind != "usual"
        usual += priced.total.minor
    unknown = stall.ways[0].unknown_grams
    grams = sum(line.quantity * (line.variant.net_grams or unknown) for line in stall.lines)
    band = next(way for way in stall.ways if way.max_grams is None or grams <= way.max_grams)
    is_free = band.free_from_minor is not None and usual >= band.free_from_minor
    assert order.shipping.price.minor == (0 if is_free else band.price_minor)
    seen["free shipping"] += is_free


def require_order(order: PricedOrder, before_cents: int) -> None:
    lines = order.lines
    assert order.total_usd.minor == sum(line.net_usd.minor for line in lines) + order.shipping.usd.minor
    paid = sum(line.usd.minor - line.discount_cents - line.market_cents for line in lines)
    assert order.due_usd.minor == paid + order.shipping.usd.minor
    assert order.total.minor == sum(line.net.minor for line in lines) + order.shipping.price.minor
    assert all(line.total.minor == line.price.minor * line.quantity for line in lines)
    assert all(0 <= line.discount_minor <= line.total.minor for line in lines)
    assert all(0 <= line.market_cents <= line.net_usd.minor for line in lines)
    assert all(line.net_usd == order.rate.to_usd(line.net) for line in lines)
    assert order.due_usd.minor >= 1
    assert order.total_usd.minor + order.discount_usd.minor == before_cents


def require_tax(order: PricedOrder, is_domestic: bool, seen: Counter[str]) -> None:
    """Prices hold their tax, so it adds nothing; the classes together are all of the order. Abroad there is a note only."""
    if not is_domestic:
        (abroad,) = order.taxes
        assert (abroad.base, abroad.tax.minor, abroad.rate_bps) == (order.total, 0, 0)
        seen["borders"] += 1
    elif order.taxes:
        assert sum(tax.base.minor + tax.tax.minor for tax in order.taxes) == order.total.minor
        assert all(tax.tax == tax_included(tax.base + tax.tax, tax.rate_bps) for tax in order.taxes)
        seen["taxes"] += 1


def require_parts(order: PricedOrder, seen: Counter[str]) -> None:
    agreed = parts(order.total_usd.minor, order.parts)
    if agreed:
        assert sum(part.cents for part in agreed) == order.total_usd.minor
        assert all(part.cents > 0 for part in agreed)
        seen["in parts"] += 1


def require_money_back(order: PricedOrder, dice: Dice) -> None:
    """Pieces come back and cents are given back in any order, until nothing is left: never more than was paid, and all of it."""
    total, markets = order.total_usd.minor, order.market_usd.minor
    gone = dict.fromkeys(range(len(order.lines)), 0)
    back = to_buyer = to_market = 0
    while back < total:
        cents = some_pieces(order, gone, dice) if dice.happens(0.6) else dice.randint(1, total)
        left = left_cents((total - back) * UNITS_PER_CENT, back, back * UNITS_PER_CENT)
        assert left == total - back
        try:
            require_refundable(cents, left=left)
        except DomainError:
            assert not 0 < cents <= total - back
            cents = total - back if dice.happens(0.3) else 0
        to_market += market_part(total, markets, before=back, cents=cents)
        to_buyer += buyers_part(total, markets, before=back, cents=cents)
        back += cents
        assert to_buyer <= order.due_usd.minor
        assert to_market <= markets
    assert (back, to_buyer, to_market) == (total, order.due_usd.minor, markets)
    while any(count < order.lines[at].quantity for at, count in gone.items()):
        some_pieces(order, gone, dice)
    for line in order.lines:
        whole = LineLeft(line.variant_id, 0, line.quantity, line.quantity, 0, line.net_usd.minor)
        assert part_cents(whole, line.quantity) == line.net_usd.minor


def some_pieces(order: PricedOrder, gone: dict[int, int], dice: Dice) -> int:
    """What the next pieces of some line are worth; all pieces of a line together are worth the line."""
    at = dice.randrange(len(order.lines))
    line, before = order.lines[at], gone[at]
    count = dice.randint(0, line.quantity - before)
    first = LineLeft(line.variant_id, at, line.quantity, line.quantity - before, before, line.net_usd.minor)
    rest = LineLeft(
        line.variant_id, at, line.quantity, line.quantity - before - count, before + count, line.net_usd.minor
    )
    cents = part_cents(first, count)
    assert cents + part_cents(rest, line.quantity - before - count) == part_cents(first, line.quantity - before)
    gone[at] = before + count
    return cents


BANDS = (
    RateTerms(
        "domestic", "Parcel", "VET Express", 1, 3, 150, max_grams=3_000, free_from_minor=9_000, unknown_grams=500
    ),
    RateTerms("domestic", "Parcel", "VET Express", 1, 3, 420, free_from_minor=9_000, unknown_grams=500),
    ABROAD,
)


def test_carts_made_by_dice_are_in_postgresql_what_they_were_on_the_page_and_go_back_to_the_last_cent(
    trade: Trade,
) -> None:
    dice = Dice(8)
    shops = [
        (trade.shop_of(name="Sothy", rates=BANDS, is_tax_registered=True), 1),
        (trade.shop_of(name="Dara", currency="KHR", rates=[HOME]), 4_000),
    ]
    codes = [trade.voucher(shop, most_per_buyer=None).code for shop, _ in shops]
    markets = trade.voucher(None, most_per_buyer=None, percent_bps=777).code
    stock = [
        trade.goods(shop, price=dice.randint(90, 2_900) * unit, stock=500) for shop, unit in shops for _ in range(3)
    ]
    groups = []
    for number in range(8):
        cart_id = trade.cart({goods: dice.randint(1, 9) for goods in dice.sample(stock, dice.randint(2, 5))})
        for code in [*dice.sample(codes, 1), *([markets] if number % 2 else [])]:
            try:
                trade.use_voucher(cart_id, code)
            except DomainError:
                continue  # no goods of that shop in this cart
        page = trade.priced(cart_id)
        group = trade.place(cart_id)
        require_rows(group.id, page.total_usd.minor)
        groups.append(group)
    group = groups[-1]
    trade.charge(trade.open_card_page(group), group.total_cents)
    trade.settle()
    for order in group.orders:
        owner = next(shop.owner for shop, _ in shops if shop.id == order.organization_id)
        in_transaction(
            lambda s, o=order, a=owner: ship_order(s, a, o.id, carrier="VET", tracking=str(o.id)[:8], now=trade.now())
        )
        give_back_in_parts(trade, owner, order, dice)
    trade.settle()
    assert trade.send_card_refunds() == group.total_cents
    trade.settle()
    assert {trade.order(order.id).payment_status for order in group.orders} == {"refunded"}
    trade.books_equal_chain()


def require_rows(group_id, page_cents: int) -> None:
    with reading() as session:
        group = session.get_one(OrderGroup, group_id)
        assert group.total_cents == page_cents == sum(order.due_cents for order in group.orders)
        for order in group.orders:
            lines = order.lines
            assert order.goods_cents == sum(line.line_cents for line in lines)
            assert order.goods_minor == sum(line.line_minor for line in lines)
            assert order.discount_cents == sum(line.discount_cents for line in lines)
            assert order.market_cents == sum(line.market_cents for line in lines)
            assert order.total_cents == sum(line.net_cents for line in lines) + order.shipping_cents
            agreed = session.scalars(select(OrderPart.cents).where(OrderPart.order_id == order.id)).all()
            assert not agreed or sum(agreed) == order.total_cents


def give_back_in_parts(trade: Trade, owner, order: Order, dice: Dice) -> None:
    """Until nothing is left; one cent more is refused each time."""

    def refund(cents: int) -> None:
        form = uuid4()
        in_transaction(
            lambda s: refund_order(s, owner, order.id, cents=cents, reason="", form_token=form, now=trade.now())
        )

    left = order.total_cents
    while left:
        with pytest.raises(DomainError):
            refund(left + 1)
        cents = min(left, dice.randint(1, order.total_cents // 2 + 1))
        refund(cents)
        left -= cents
    with pytest.raises(DomainError):
        refund(1)
