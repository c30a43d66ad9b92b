"""Background work of orders."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.orders.actions.expire_group import expire_group
from app.orders.queries import overdue_groups


def expire_unpaid() -> None:
    """Free what unpaid checkouts still hold after their time; each in a transaction of its own."""
    now = datetime.now(UTC)
    with reading() as session:
        overdue = overdue_groups(session, now)
    for order_group_id in overdue:
        in_transaction(partial(_expire, order_group_id, now))


def _expire(order_group_id: UUID, now: datetime, session: Session) -> bool:
    return expire_group(session, order_group_id, now)


JOBS = {"orders.expire_unpaid": expire_unpaid}
PERIODIC = {"orders.expire_unpaid": "* * * * *"}
