"""From a cart to money in escrow."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from app.db.session import in_transaction, transaction
from app.onramp.events import CardPaymentSucceeded
from app.orders.actions.expire_group import expire_group
from app.orders.handlers import take_card_payment
from app.orders.rules.next_event import next_event
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


def test_hearing_of_the_same_payment_again_changes_nothing(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), stock=10)
    group = trade.place(trade.cart({goods: 2}))
    trade.charge(trade.open_card_page(group), group.total_cents)
    for _ in range(3):
        with transaction() as session:
            event = CardPaymentSucceeded(uuid4(), group.id, group.total_cents, "visa ·· 4242", trade.now())
            take_card_payment(session, event)
    assert trade.stock(goods) == (8, 0)
    assert trade.story(group.orders[0].id).axes.payment is PaymentStatus.PAID


def test_an_unpaid_checkout_frees_its_goods_when_its_time_is_over(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), stock=5)
    group = trade.place(trade.cart({goods: 5}))
    assert trade.stock(goods) == (5, 5)
    assert not expire(trade, group.id, group.hold_until - timedelta(seconds=1))
    assert expire(trade, group.id, group.hold_until)
    assert trade.stock(goods) == (5, 0)
    assert trade.order(group.orders[0].id).fulfillment_status == "canceled"


def test_a_late_payment_still_counts_while_the_goods_are_there(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), stock=5)
    group = trade.place(trade.cart({goods: 5}))
    payment = trade.open_card_page(group)
    expire(trade, group.id, group.hold_until)
    trade.charge(payment, group.total_cents)
    trade.settle()
    assert trade.stock(goods) == (0, 0)
    assert trade.story(group.orders[0].id).axes.settlement is SettlementStatus.IN_ESCROW


def test_a_late_payment_for_goods_that_are_gone_goes_back_in_full_at_once(trade: Trade) -> None:
    goods = trade.goods(trade.shop_of(), stock=5)
    late = trade.place(trade.cart({goods: 5}))
    payment = trade.open_card_page(late)
    expire(trade, late.id, late.hold_until)
    trade.paid_group({goods: 1})
    trade.charge(payment, late.total_cents)
    assert trade.send_card_refunds() == late.total_cents
    story = trade.story(late.orders[0].id)
    assert (story.axes.payment, story.axes.settlement) == (PaymentStatus.REFUNDED, SettlementStatus.NONE)
    assert "sent all of it back" in next_event(story, trade.now()).headline.message
    assert trade.stock(goods) == (4, 0)
    trade.settle()
    trade.books_equal_chain()


def expire(trade: Trade, group_id: UUID, now: datetime) -> bool:
    return in_transaction(lambda session: expire_group(session, group_id, now))
