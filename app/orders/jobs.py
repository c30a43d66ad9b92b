"""Background work of orders."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.orders.actions import remind
from app.orders.actions.cancel_order import give_back_unsent as give_back
from app.orders.actions.expire_group import expire_group
from app.orders.actions.look_after_return import look_after_return
from app.orders.actions.refresh_bought_together import refresh_bought_together
from app.orders.queries import late_orders, overdue_groups, unconfirmed_orders
from app.orders.return_queries import returns_to_look_at
from app.settlement.queries import chain_time, unsent_orders

Found = TypeVar("Found")


def expire_unpaid() -> None:
    """Free what unpaid checkouts still hold after their time; each in a transaction of its own."""
    now = datetime.now(UTC)
    with reading() as session:
        overdue = overdue_groups(session, now)
    for order_group_id in overdue:
        in_transaction(partial(_expire, order_group_id, now))


def refresh_together() -> None:
    """Count anew what is bought together."""
    now = datetime.now(UTC)
    in_transaction(lambda session: refresh_bought_together(session, now))


def remind_of_late() -> None:
    """Tell both sides of every order that was to leave and has not; each in a transaction of its own."""
    for order_id in _waiting(late_orders):
        in_transaction(partial(_remind, order_id))


def give_back_unsent() -> None:
    """Send back the money of what never left, by the chain's clock; each in a transaction of its own."""
    for order_id in _waiting(unsent_orders):
        in_transaction(partial(_give_back, order_id))


def ask_if_arrived() -> None:
    """Ask silent buyers before silence pays the seller; each in a transaction of its own."""
    for order_id in _waiting(unconfirmed_orders):
        in_transaction(partial(_ask, order_id))


def look_after_returns() -> None:
    """What silence does to returns, by the chain's clock; each in a transaction of its own."""
    for order_id, return_id in _waiting(returns_to_look_at):
        in_transaction(partial(_look_after, order_id, return_id))


def _waiting(found_by: Callable[[Session, datetime], Sequence[Found]]) -> Sequence[Found]:
    """Deadlines are the chain's: before its first block nothing is late."""
    with reading() as session:
        now = chain_time(session)
        return found_by(session, now) if now is not None else ()


def _remind(order_id: UUID, session: Session) -> None:
    remind.remind_late(session, order_id, now=datetime.now(UTC))


def _ask(order_id: UUID, session: Session) -> None:
    remind.ask_if_arrived(session, order_id, now=datetime.now(UTC))


def _look_after(order_id: UUID, return_id: UUID, session: Session) -> None:
    look_after_return(session, order_id, return_id, now=datetime.now(UTC))


def _give_back(order_id: UUID, session: Session) -> None:
    give_back(session, order_id, now=datetime.now(UTC))


def _expire(order_group_id: UUID, now: datetime, session: Session) -> bool:
    return expire_group(session, order_group_id, now)


JOBS = {
    "orders.expire_unpaid": expire_unpaid,
    "orders.remind_of_late": remind_of_late,
    "orders.ask_if_arrived": ask_if_arrived,
    "orders.give_back_unsent": give_back_unsent,
    "orders.refresh_together": refresh_together,
    "orders.look_after_returns": look_after_returns,
}
PERIODIC = {**dict.fromkeys(JOBS, "* * * * *"), "orders.refresh_together": "17 * * * *"}
