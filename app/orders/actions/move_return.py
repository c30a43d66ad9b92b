"""The one place where a return changes its state: the edge is judged, its days are set, and the order's events tell it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.config.current import settings
from app.orders.actions.record_fact import record_fact
from app.orders.models import Order
from app.orders.queries import chain_now
from app.orders.return_models import OrderReturn
from app.orders.return_queries import running_return_of
from app.orders.rules.returns import FACT_OF, RUNNING, ReturnState, due, require_edge
from app.states.edges import By

FREES_GOODS = (ReturnState.DECLINED, ReturnState.CANCELED)


def move_return(
    session: Session,
    order: Order,
    found: OrderReturn,
    to: ReturnState,
    by: By,
    *,
    now: datetime,
    actor_id: UUID | None = None,
) -> None:
    """Of a locked order. Raises ReturnMovedOn when it is not this party's turn."""
    require_edge(found.state, to, by)
    found.state = to
    if to in RUNNING:
        found.due_at = due(to, chain_now(session), length_of_day())
        found.next_look_at = min(found.due_at, found.hold_at)
    else:
        found.closed_at, found.next_look_at = now, None
    if to in FREES_GOODS:
        count_returned(order, found, -1)
    tell_of_return(session, order, found, now=now, actor_id=actor_id)


def tell_of_return(session: Session, order: Order, found: OrderReturn, *, now: datetime, actor_id: UUID | None) -> None:
    """The event of the state it is in now."""
    kind = FACT_OF[ReturnState(found.state)]
    record_fact(
        session,
        order,
        kind,
        key=f"{kind}:{found.id}",
        at=now,
        actor_id=actor_id,
        return_id=str(found.id),
        due_at=found.due_at.isoformat(),
        hold_at=found.hold_at.isoformat(),
    )


def count_returned(order: Order, found: OrderReturn, sign: int) -> None:
    """The table refuses more than has left, whoever counts."""
    counts = {line.order_line_id: line.quantity for line in found.lines}
    for line in order.lines:
        line.returned_count += sign * counts.get(line.id, 0)


def end_running_return(session: Session, order: Order, to: ReturnState, by: By, *, now: datetime) -> None:
    """The market ends what runs, if anything does: its money went elsewhere, or somebody decides about it now."""
    found = running_return_of(session, order.id)
    if found is not None:
        move_return(session, order, found, to, by, now=now)


def length_of_day() -> timedelta:
    """Shorter than 24 hours in tests only."""
    return timedelta(seconds=settings().deadline_unit_seconds)
