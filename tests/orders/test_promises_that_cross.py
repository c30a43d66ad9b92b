"""Two people send an order's money two ways at once: what the buyer was promised by mail is what happens."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from app.console.queries import open_disputes, stuck_intents
from app.db.session import reading, transaction
from app.notify.models import OutgoingMail
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.open_dispute import open_dispute
from app.orders.actions.refund_order import refund_order
from app.orders.actions.resolve_dispute import resolve_dispute
from app.orders.errors import AllOrNothing, NothingInEscrow, SplitIsNotWhole
from app.orders.models import Dispute, OrderGroup
from app.settlement.actions.exit_leg import refund_leg, release_leg
from app.settlement.models import ChainIntent
from tests.support.trade import Shop, Trade, buyer_of

UNIT = 10_000


def confirm(trade: Trade, group: OrderGroup) -> None:
    with transaction() as session:
        confirm_receipt(session, buyer_of(group), group.orders[0].id, now=trade.now())


def report(trade: Trade, group: OrderGroup) -> None:
    with transaction() as session:
        open_dispute(
            session, buyer_of(group), group.orders[0].id, reason="damaged", text="Two jars broke.", now=trade.now()
        )


def refund(trade: Trade, shop: Shop, order_id: UUID, cents: int) -> None:
    with transaction() as session:
        refund_order(session, shop.owner, order_id, cents=cents, reason="bruised", form_token=uuid4(), now=trade.now())


def decide(trade: Trade, order_id: UUID, seller_cents: int) -> None:
    with transaction() as session:
        resolve_dispute(session, trade.operator, order_id, seller_cents=seller_cents, resolution="So", now=trade.now())


def hold_up(kind: str, until: datetime | None) -> None:
    """As if the node had refused the message once: it is tried again at `until`."""
    with transaction() as session:
        session.query(ChainIntent).filter_by(kind=kind).update({"not_before": until})


def to_decide(trade: Trade) -> int:
    with reading() as session:
        return len(open_disputes(session, trade.operator).rows)


def test_no_refund_is_promised_once_the_buyer_has_the_seller_paid(trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.shipped_order(shop)
    confirm(trade, group)
    with pytest.raises(NothingInEscrow):
        refund(trade, shop, group.orders[0].id, 500)
    with reading() as session:
        assert session.query(OutgoingMail).filter(OutgoingMail.key.contains("refund:")).count() == 0


def test_a_refund_promised_first_reaches_the_buyer_although_it_is_held_up(trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.shipped_order(shop)
    order = group.orders[0]
    refund(trade, shop, order.id, 500)
    confirm(trade, group)
    hold_up("refund", datetime.now(UTC) + timedelta(hours=1))
    trade.settle()
    assert trade.order(order.id).settlement_status == "in_escrow"
    hold_up("refund", None)
    trade.settle()
    assert trade.send_card_refunds() == 500
    assert trade.books("2200", owner=shop.id) == (order.total_cents - 500) * UNIT * 95 // 100


def test_in_a_dispute_the_seller_gives_back_all_or_nothing(trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.shipped_order(shop)
    order = group.orders[0]
    report(trade, group)
    with pytest.raises(AllOrNothing):
        refund(trade, shop, order.id, 100)
    trade.settle()
    with pytest.raises(AllOrNothing):
        refund(trade, shop, order.id, order.total_cents - 1)
    refund(trade, shop, order.id, order.total_cents)
    trade.settle()
    assert trade.send_card_refunds() == order.total_cents
    assert to_decide(trade) == 0


def test_what_the_seller_promised_before_the_dispute_cannot_be_decided_away(trade: Trade) -> None:
    shop = trade.shop_of()
    group = trade.shipped_order(shop)
    order = group.orders[0]
    refund(trade, shop, order.id, 100)
    hold_up("refund", datetime.now(UTC) + timedelta(hours=1))
    report(trade, group)
    trade.settle()
    with pytest.raises(SplitIsNotWhole):
        decide(trade, order.id, order.total_cents)
    decide(trade, order.id, order.total_cents - 100)
    trade.settle()
    hold_up("refund", None)
    trade.settle()
    assert trade.send_card_refunds() == 100
    with reading() as session:
        assert not stuck_intents(session, trade.operator).rows


def test_a_refund_that_finds_nothing_left_stays_a_task_of_the_operator(trade: Trade) -> None:
    order = trade.shipped_order(trade.shop_of()).orders[0]
    with transaction() as session:
        release_leg(session, order.id, key="a")
        refund_leg(session, order.id, key="b", units=100 * UNIT)
    trade.settle()
    with reading() as session:
        (task,) = stuck_intents(session, trade.operator).rows
    assert (task.kind, task.problem) == ("refund", "nothing is left in the leg")


def test_a_dispute_is_over_when_the_buyer_has_the_seller_paid_after_all(trade: Trade) -> None:
    group = trade.shipped_order(trade.shop_of())
    order = group.orders[0]
    report(trade, group)
    confirm(trade, group)
    assert to_decide(trade) == 1
    trade.settle()
    assert to_decide(trade) == 0
    with reading() as session:
        ended = session.query(Dispute).one()
    assert (ended.seller_cents, ended.buyer_cents, ended.resolved_by) == (order.total_cents, 0, None)


def test_a_dispute_is_over_when_time_has_divided_it(trade: Trade) -> None:
    group = trade.shipped_order(trade.shop_of())
    report(trade, group)
    trade.settle()
    assert to_decide(trade) == 1
    trade.wait_until(trade.now() + timedelta(days=60))
    assert trade.order(group.orders[0].id).settlement_status in {"released", "refunded", "split"}
    assert to_decide(trade) == 0
