"""The seller answers that goods may come back, or that they may not."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.identity.rules.roles import SELLING
from app.orders.actions.lock_order import lock_order
from app.orders.actions.move_return import move_return
from app.orders.actions.tell_returns import tell_return_approved, tell_return_declined
from app.orders.queries import orders_sold_by
from app.orders.return_models import OrderReturn
from app.orders.return_queries import return_of
from app.orders.rules.returns import ReturnState
from app.states.edges import By


def approve_return(
    session: Session,
    actor: Actor,
    order_id: UUID,
    return_id: UUID,
    *,
    return_address: str,
    postage: str,
    now: datetime,
) -> OrderReturn:
    """`postage` says who pays it: buyer or seller. Twice is once. Raises OrderNotFound, ReturnNotFound, ReturnMovedOn."""
    order = lock_order(session, orders_sold_by(actor, SELLING), order_id)
    found = return_of(session, order, return_id)
    if found.state == ReturnState.APPROVED:
        return found
    move_return(session, order, found, ReturnState.APPROVED, By.SELLER, now=now, actor_id=actor.user_id)
    found.return_address, found.postage = return_address, postage
    tell_return_approved(session, order, found)
    return found


def decline_return(
    session: Session, actor: Actor, order_id: UUID, return_id: UUID, *, answer: str, now: datetime
) -> OrderReturn:
    """`answer` is the reason the buyer reads; the buyer can still report a problem. Raises as `approve_return`."""
    order = lock_order(session, orders_sold_by(actor, SELLING), order_id)
    found = return_of(session, order, return_id)
    if found.state == ReturnState.DECLINED:
        return found
    move_return(session, order, found, ReturnState.DECLINED, By.SELLER, now=now, actor_id=actor.user_id)
    found.answer = answer
    tell_return_declined(session, order, found)
    return found
