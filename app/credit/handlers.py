"""A debt follows what happens to its order."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from app.credit.models import Debt
from app.credit.rules import DebtState
from app.orders.events import OrderFactRecorded
from app.orders.models import Order
from app.orders.queries import stories_of
from app.orders.rules.status import FactKind

_BECOMES = {
    FactKind.PAID: DebtState.PAID,
    FactKind.CANCELED: DebtState.CANCELED,
    FactKind.SETTLED_OUTSIDE: DebtState.SETTLED_OUTSIDE,
    FactKind.OWED_AGAIN: DebtState.UNPAID,
}


def follow_order(session: Session, event: OrderFactRecorded) -> None:
    """Heard within the transaction of the fact, while the order is locked. A paid order canceled later was paid."""
    kind = FactKind(event.kind)
    if kind not in _BECOMES and kind is not FactKind.DUE_MOVED:
        return
    debt = session.get(Debt, event.order_id, with_for_update=True)
    if debt is None:
        return
    if kind is FactKind.DUE_MOVED:
        due_on = stories_of(session, [session.get_one(Order, event.order_id)])[event.order_id].due_on
        assert due_on is not None
        debt.due_on, debt.reminded, debt.overdue_told_on = due_on, 0, None
    elif kind is FactKind.OWED_AGAIN or debt.state == DebtState.UNPAID:
        debt.state = _BECOMES[kind]
        debt.ended_at = None if kind is FactKind.OWED_AGAIN else datetime.now(UTC)
    session.flush()
