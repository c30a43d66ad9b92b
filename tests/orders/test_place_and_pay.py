"""From a cart to money in escrow."""

from app.orders.rules.status import FulfillmentStatus, PaymentStatus, SettlementStatus
from tests.support.trade import Trade


def test_a_charged_card_sells_the_goods_and_puts_each_sellers_part_in_escrow(trade: Trade) -> None:
    first, second = trade.shop_of(), trade.shop_of(name="Ban Chiang Weavers")
    pepper, scarf = trade.goods(first), trade.goods(second, price=3800)
    group = trade.paid_group({pepper: 5, scarf: 1})
    assert group.total_cents == 5 * 1450 + 150 + 3800 + 150
    for order in group.orders:
        axes = trade.story(order.id).axes
        assert (axes.payment, axes.settlement) == (PaymentStatus.PAID, SettlementStatus.IN_ESCROW)
        assert axes.fulfillment is FulfillmentStatus.UNFULFILLED
        stored = trade.order(order.id)
        assert (stored.payment_status, stored.settlement_status) == (axes.payment, axes.settlement)
    assert trade.stock(pepper) == (95, 0)
    trade.books_equal_chain()
