"""Pages of the operator and of the accountant ask the database as often for many rows as for one."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from app.console.models import Alarm
from app.db.session import transaction
from app.onramp.actions.refund_card import record_refusal, refund_card
from app.onramp.models import CardRefund
from app.orders.models import OrderGroup
from tests.console.test_desk import kept_webhook, stuck_intent
from tests.support.front import Front, Visitor
from tests.support.trade import Trade

MANY = 20
Add = Callable[[Trade, OrderGroup, int], None]


def add_task(_trade: Trade, _group: OrderGroup, number: int) -> None:
    stuck_intent(f"mint:{number}")


def add_message(_trade: Trade, _group: OrderGroup, number: int) -> None:
    kept_webhook(f"evt_{number}", problem="a problem")


def add_failed_job(_trade: Trade, _group: OrderGroup, number: int) -> None:
    with transaction() as session:
        session.execute(
            text(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts, args)"
                " VALUES ('default', :name, 'failed', 12, '{}')"
            ),
            {"name": f"job.{number}"},
        )


def add_alarm(_trade: Trade, _group: OrderGroup, number: int) -> None:
    raised = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    facts = {"count": 1}
    with transaction() as session:
        session.add(Alarm(kind="stuck_intents", facts=facts, raised_at=raised, seen_at=raised, cleared_at=raised))


def add_refund(_trade: Trade, group: OrderGroup, number: int) -> None:
    with transaction() as session:
        key = f"refund:{number}"
        refund_card(session, order_group_id=group.id, order_id=group.orders[0].id, cents=1, key=key, reason="kind")
        refund_id = session.query(CardRefund.id).filter_by(key=key).scalar()
        record_refusal(session, refund_id, "The card is closed.", "expired_or_canceled_card")


def add_order(trade: Trade, _group: OrderGroup, _number: int) -> None:
    """Open as a payment on its way and as what is owed to the checkout."""
    group = trade.place(trade.cart({trade.goods(trade.shop_of()): 1}))
    trade.charge(trade.open_card_page(group), group.total_cents)


LISTS: dict[str, tuple[Add, int]] = {
    "/console/tasks": (add_task, MANY),
    "/console/messages": (add_message, MANY),
    "/console/jobs": (add_failed_job, MANY),
    "/console/alarms": (add_alarm, MANY),
    "/console/refunds": (add_refund, MANY),
    "/books/open-items": (add_order, 4),
}


def asked_for(visitor: Visitor, path: str) -> int:
    """Statements of all connections while the page is made."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    visitor.look(path)
    event.remove(Engine, "before_cursor_execute", note)
    return len(sent)


@pytest.mark.parametrize("path", LISTS)
def test_many_rows_cost_no_more_statements_than_one(front: Front, trade: Trade, path: str) -> None:
    add, many = LISTS[path]
    group = trade.paid_group({trade.goods(trade.shop_of()): 1})
    operator = front.member(trade.operator)
    add(trade, group, 0)
    operator.look(path)  # what is asked once per process is known then
    few = asked_for(operator, path)
    for number in range(1, many):
        add(trade, group, number)
    assert asked_for(operator, path) == few
