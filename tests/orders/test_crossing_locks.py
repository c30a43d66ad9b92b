"""A person acts on an order at the moment the chain's news of it are written: one waits for the other, no more."""

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select, text

from app.db.session import engine, transaction
from app.orders.actions.confirm_receipt import confirm_receipt
from app.orders.actions.lock_order import lock_order
from app.orders.actions.refund_order import plan_refund
from app.orders.models import Order
from tests.support.trade import Trade, buyer_of
from tests.support.waiting import wait_for

WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def someone_waits() -> bool:
    with engine().connect() as connection:
        return bool(connection.scalar(WAITING))


def test_a_buyer_confirms_while_the_chain_shows_the_sellers_refund(trade: Trade) -> None:
    """The settlement worker holds the leg and waits for the order, the buyer holds the order and plans for the leg."""
    group = trade.shipped_order(trade.shop_of())
    order_id = group.orders[0].id
    with transaction() as session:
        order = lock_order(session, select(Order), order_id)
        plan_refund(session, order, cents=500, reason="bruised", form_token=group.id, actor_id=None, now=trade.now())
    for _ in range(2):
        trade.worker._sign()
        trade.worker._send()
        trade.chain.mine()
    with ThreadPoolExecutor() as pool, transaction() as session:
        lock_order(session, select(Order), order_id)
        reading_the_chain = pool.submit(trade.worker._index)
        wait_for(someone_waits, what="the settlement worker at the order's lock")
        confirm_receipt(session, buyer_of(group), order_id, now=trade.now())
        session.commit()
        reading_the_chain.result()
    trade.settle()
    assert trade.order(order_id).settlement_status == "split"
