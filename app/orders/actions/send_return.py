"""The buyer sends the goods back, or keeps them after all."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.orders.actions.lock_order import lock_order
from app.orders.actions.move_return import move_return
from app.orders.actions.tell_returns import tell_return_ended, tell_return_sent
from app.orders.queries import Viewer, orders_bought_by
from app.orders.return_models import OrderReturn
from app.orders.return_queries import return_of
from app.orders.rules.returns import ReturnState
from app.states.edges import By


def send_return(
    session: Session, viewer: Viewer, order_id: UUID, return_id: UUID, *, carrier: str, tracking: str, now: datetime
) -> OrderReturn:
    """Twice is once. Raises OrderNotFound, ReturnNotFound, ReturnMovedOn."""
    order = lock_order(session, orders_bought_by(viewer), order_id)
    found = return_of(session, order, return_id)
    if found.state == ReturnState.SENT:
        return found
    move_return(session, order, found, ReturnState.SENT, By.BUYER, now=now, actor_id=viewer.user_id)
    found.carrier, found.tracking = carrier, tracking
    tell_return_sent(session, order, found)
    return found


def cancel_return(session: Session, viewer: Viewer, order_id: UUID, return_id: UUID, *, now: datetime) -> OrderReturn:
    """The order goes on as if nothing had been asked. Twice is once. Raises as `send_return`."""
    order = lock_order(session, orders_bought_by(viewer), order_id)
    found = return_of(session, order, return_id)
    if found.state == ReturnState.CANCELED:
        return found
    move_return(session, order, found, ReturnState.CANCELED, By.BUYER, now=now, actor_id=viewer.user_id)
    tell_return_ended(session, order, found)
    return found
