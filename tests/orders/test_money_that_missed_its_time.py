"""A card was charged while the chain was away for longer than the escrow can wait."""

from app.orders.rules.status import FactKind, FulfillmentStatus, PaymentStatus, SettlementStatus
from tests.support.trade import Trade

DAY = 86_400


def test_the_buyer_gets_all_of_it_back_and_the_goods_are_on_sale_again(trade: Trade) -> None:
    shop = trade.shop_of()
    goods = trade.goods(shop, price=2_500, stock=3)
    group = trade.place(trade.cart({goods: 2}))
    trade.charge(trade.open_card_page(group), group.total_cents)
    assert trade.stock(goods) == (1, 0)
    trade.chain.pass_time(2 * DAY)
    trade.worker.round()
    assert trade.send_card_refunds() == group.total_cents
    trade.settle()
    assert trade.stock(goods) == (3, 0)
    story = trade.story(group.orders[0].id)
    assert story.happened(FactKind.CANCELED)
    assert story.axes.payment is PaymentStatus.REFUNDED
    assert story.axes.fulfillment is FulfillmentStatus.CANCELED
    assert story.axes.settlement is SettlementStatus.NONE
    assert trade.books("2150", "USD") == trade.books("1105", "USD") == trade.supply() == 0
    trade.books_equal_chain()
