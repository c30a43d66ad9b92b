"""A card payment that the bank took back: nobody is paid for it until somebody of the market decides."""

from datetime import timedelta
from uuid import uuid4

import pytest

from app.console.queries import open_disputes
from app.db.session import reading, transaction
from app.onramp.events import CardDisputed
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.refund_order import refund_order
from app.orders.actions.resolve_dispute import resolve_dispute
from app.orders.errors import CardIsDisputed, PaymentTakenBack
from app.orders.handlers import record_chargeback
from app.orders.models import OrderGroup
from app.settlement.models import ChainIntent
from tests.support.front import Front
from tests.support.trade import Trade, buyer_of


def hear(trade: Trade, group: OrderGroup, status: str = "needs_response") -> None:
    with transaction() as session:
        record_chargeback(session, CardDisputed(group.id, "dp_1", group.total_cents, status))


def to_decide(trade: Trade) -> list[str]:
    with reading() as session:
        return [dispute.number for dispute in open_disputes(session, trade.operator).rows]


def stuck(trade: Trade) -> int:
    with reading() as session:
        return session.query(ChainIntent).filter_by(state="stuck").count()


def test_time_pays_no_seller_of_a_group_whose_payment_the_bank_took_back(trade: Trade) -> None:
    one, other = trade.shop_of(), trade.shop_of(name="Another shop")
    group = trade.paid_group({trade.goods(one): 1, trade.goods(other): 1})
    shipped = trade.shipped_order(trade.shop_of(name="A third shop"))
    for taken in (group, shipped):
        hear(trade, taken)
        hear(trade, taken)
    trade.settle()
    orders = [*group.orders, *shipped.orders]
    assert {trade.order(order.id).settlement_status for order in orders} == {"disputed"}
    assert to_decide(trade) == [order.number for order in orders]
    trade.wait_until(max(order.auto_release_at for order in orders))
    assert trade.books("2200", owner=one.id) == trade.books("2200", owner=other.id) == 0
    with transaction() as session:
        resolve_dispute(
            session, trade.operator, shipped.orders[0].id, seller_cents=0, resolution="Lost", now=trade.now()
        )
    trade.settle()
    trade.settle()
    assert trade.order(shipped.orders[0].id).settlement_status == "refunded"
    assert stuck(trade) == 0
    trade.books_equal_chain()


def test_an_inquiry_and_a_dispute_that_is_won_at_once_hold_nothing(trade: Trade) -> None:
    group = trade.shipped_order(trade.shop_of())
    hear(trade, group, "warning_needs_response")
    hear(trade, group, "won")
    trade.settle()
    assert to_decide(trade) == []
    trade.wait_until(group.orders[0].auto_release_at)
    assert trade.order(group.orders[0].id).settlement_status == "released"


def test_a_release_that_was_not_sent_yet_is_taken_back_and_no_other_is_asked_for(trade: Trade) -> None:
    shop = trade.shop_of(name="Another shop")
    group, later = trade.shipped_order(trade.shop_of()), trade.shipped_order(shop)
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())
    hear(trade, group)
    hear(trade, later)
    with pytest.raises(PaymentTakenBack), transaction() as session:
        confirm_receipt(session, buyer_of(later), later.orders[0].id, now=trade.now())
    with pytest.raises(CardIsDisputed), transaction() as session:
        refund_order(session, shop.owner, later.orders[0].id, cents=1, reason="", form_token=uuid4(), now=trade.now())
    trade.settle()
    assert trade.order(group.orders[0].id).settlement_status == "disputed"
    assert trade.order(later.orders[0].id).settlement_status == "disputed"


def test_money_that_is_not_in_escrow_yet_is_held_as_soon_as_it_is(trade: Trade) -> None:
    group = trade.place(trade.cart({trade.goods(trade.shop_of()): 1}))
    trade.charge(trade.open_card_page(group), group.total_cents)
    hear(trade, group)
    trade.settle()
    trade.settle()
    assert trade.order(group.orders[0].id).settlement_status == "disputed"
    assert to_decide(trade) == [group.orders[0].number]


def test_what_cannot_be_disputed_any_more_only_keeps_the_fact(trade: Trade) -> None:
    group = trade.shipped_order(trade.shop_of())
    left = group.orders[0].auto_release_at - trade.now() + timedelta(seconds=2)
    trade.chain.pass_time(int(left.total_seconds()))
    trade.worker.round()
    hear(trade, group)
    assert to_decide(trade) == []
    assert trade.story(group.orders[0].id).card_is_disputed


def test_what_the_bank_took_back_offers_no_way_to_give_it_back_as_well(front: Front, trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.paid_group({trade.goods(shop): 1})
    number = group.orders[0].number
    buyer, seller = front.visitor(), front.member(shop.owner)
    buyer.browser.get(f"/orders/key/{group.access_token}")
    offers = {
        "cancel": lambda: f"/orders/{number}/cancel" in buyer.look(f"/orders/{number}"),
        "report": lambda: f"/orders/{number}/problem" in buyer.look(f"/orders/{number}"),
        "refund": lambda: f"/desk/orders/{number}/refund" in seller.look(f"/desk/orders/{number}"),
    }
    assert [name for name, is_offered in offers.items() if is_offered()] == ["cancel", "report", "refund"]
    hear(trade, group)
    assert [name for name, is_offered in offers.items() if is_offered()] == []
