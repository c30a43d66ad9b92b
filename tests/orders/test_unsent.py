"""What becomes of an order that never leaves, when buyer and seller stay silent."""

from datetime import timedelta
from uuid import UUID

from app.catalog.models import Variant
from app.db.session import reading, transaction
from app.notify.models import OutgoingMail
from app.onramp.events import CardDisputed
from app.orders.actions.cancel_order import cancel_order
from app.orders.actions.ship_order import ship_order
from app.orders.handlers import record_chargeback
from app.orders.jobs import give_back_unsent, remind_of_late
from app.orders.models import Order
from app.orders.rules.next_event import next_event
from app.orders.rules.status import FactKind
from app.settlement.models import ChainIntent
from tests.support.trade import Shop, Trade, buyer_of

LONG = timedelta(days=60)


def own_wallet(trade: Trade) -> bytes:
    return bytes.fromhex(trade.chain.accounts[5][2:])


def bought(trade: Trade, shop: Shop, *, stock: int = 5, quantity: int = 2) -> tuple[Order, UUID]:
    """An order paid by card and final in escrow, and its goods."""
    goods = trade.goods(shop, price=10_000, stock=stock)
    return trade.paid_group({goods: quantity}).orders[0], goods


def days_go_by(trade: Trade, order: Order) -> None:
    """Day after day nobody says a word, while jobs and worker do their rounds; long after silence would have paid."""
    end = order.auto_release_at + timedelta(days=10)
    while trade.now() < end:
        trade.wait_until(trade.now() + timedelta(days=1))
        remind_of_late()
        give_back_unsent()
        trade.settle()


def axes(trade: Trade, order: Order) -> tuple[str, str, str]:
    found = trade.order(order.id)
    return found.payment_status, found.fulfillment_status, found.settlement_status


def mails_about(trade: Trade, word: str) -> list[str]:
    with reading() as session:
        return [row.recipient for row in session.query(OutgoingMail).filter(OutgoingMail.key.contains(word))]


def intents(order: Order) -> list[str]:
    with reading() as session:
        rows = session.query(ChainIntent.kind).filter(ChainIntent.leg_id.is_not(None)).order_by(ChainIntent.id)
        return [row.kind for row in rows]


def test_an_order_that_never_left_is_given_back_and_nobody_has_to_ask(trade: Trade) -> None:
    order, goods = bought(trade, trade.shop_of())
    days_go_by(trade, order)
    assert trade.send_card_refunds() == order.total_cents
    assert axes(trade, order) == ("refunded", "canceled", "refunded")
    assert trade.stock(goods) == (5, 0)
    assert len(mails_about(trade, "late:")) == 2
    assert len(mails_about(trade, "refund:")) == 1
    trade.settle()
    trade.books_equal_chain()


def test_a_silent_seller_with_an_own_wallet_is_canceled_by_the_contract(trade: Trade) -> None:
    order, goods = bought(trade, trade.shop_of(wallet=own_wallet(trade)))
    days_go_by(trade, order)
    assert intents(order) == ["cancel_unshipped", "finalize_cancellation"]
    assert trade.send_card_refunds() == order.total_cents
    assert axes(trade, order) == ("refunded", "canceled", "refunded")
    assert trade.stock(goods) == (5, 0)


def test_a_buyer_who_asked_before_the_seller_was_late_need_not_ask_again(trade: Trade) -> None:
    order, _ = bought(trade, trade.shop_of(wallet=own_wallet(trade)))
    with transaction() as session:
        cancel_order(session, buyer_of(trade.order(order.id).group), order.id, now=trade.now())
    days_go_by(trade, order)
    assert axes(trade, order)[2] == "refunded"


def test_after_a_part_was_given_back_the_rest_follows(trade: Trade) -> None:
    from tests.orders.test_life import refund

    shop = trade.shop_of()
    order, goods = bought(trade, shop)
    refund(trade, shop, order.id, 3_000)
    trade.settle()
    days_go_by(trade, order)
    assert trade.send_card_refunds() == order.total_cents
    assert axes(trade, order) == ("refunded", "canceled", "refunded")
    assert trade.stock(goods) == (5, 0)


def test_a_parcel_that_left_late_is_paid_for_like_any_other(trade: Trade) -> None:
    shop = trade.shop_of()
    order, _ = bought(trade, shop)
    trade.wait_until(order.ship_by)
    remind_of_late()
    give_back_unsent()
    with transaction() as session:
        ship_order(session, shop.owner, order.id, carrier="VET Express", tracking="1", now=trade.now())
    days_go_by(trade, order)
    assert axes(trade, order)[2] == "released"
    assert len(mails_about(trade, "late:")) == 2


def test_nothing_is_given_back_that_the_bank_has_taken_back(trade: Trade) -> None:
    order, _ = bought(trade, trade.shop_of())
    with transaction() as session:
        record_chargeback(session, CardDisputed(order.group_id, "dp_1", order.total_cents, "needs_response"))
    trade.wait_until(order.ship_by + LONG)
    give_back_unsent()
    trade.settle()
    assert trade.send_card_refunds() == 0
    assert axes(trade, order)[1] == "unfulfilled"


def test_when_nobody_looked_for_weeks_the_seller_is_not_paid_in_between(trade: Trade) -> None:
    order, _ = bought(trade, trade.shop_of())
    trade.wait_until(order.auto_release_at + LONG)
    assert axes(trade, order)[2] == "in_escrow"
    give_back_unsent()
    trade.settle()
    assert axes(trade, order)[2] == "refunded"


def test_each_side_reads_what_silence_will_bring(trade: Trade) -> None:
    order, _ = bought(trade, trade.shop_of())
    trade.wait_until(order.ship_by)
    story = trade.story(order.id)
    assert story.given_back_at is not None
    for_buyer, for_seller = next_event(story, trade.now()), next_event(story, trade.now(), for_seller=True)
    assert for_buyer.by == for_seller.by == story.given_back_at
    assert "comes back to you by itself" in for_buyer.otherwise.message
    assert "goes back to the buyer by itself" in for_seller.otherwise.message
    assert order.ship_by < story.given_back_at < order.auto_release_at


def test_the_goods_are_on_sale_again_only_once(trade: Trade) -> None:
    order, goods = bought(trade, trade.shop_of(), stock=2)
    trade.wait_until(order.ship_by + timedelta(days=3))
    for _ in range(3):
        give_back_unsent()
    with reading() as session:
        assert session.get_one(Variant, goods).stock == 2
        assert trade.story(order.id).happened(FactKind.CANCELED)
