"""The seller has the goods again, and gives their money back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.identity.rules.roles import SELLING
from app.orders.actions.lock_order import lock_order
from app.orders.actions.move_return import move_return
from app.orders.actions.refund_order import refund_order
from app.orders.actions.tell_returns import tell_return_received
from app.orders.errors import EscrowIsOver, FormAlreadyUsed
from app.orders.queries import orders_sold_by, stories_of
from app.orders.return_models import OrderReturn
from app.orders.return_queries import return_of
from app.orders.rules.returns import ReturnState, require_edge
from app.orders.rules.signed_exit import SignedExit
from app.states.edges import By


def receive_return(
    session: Session, actor: Actor, order_id: UUID, return_id: UUID, *, condition: str, now: datetime
) -> OrderReturn:
    """`condition` is how the goods came back, as the buyer reads it; everybody who ships for the shop may say it.

    Twice is once. Raises OrderNotFound, ReturnNotFound, ReturnMovedOn.
    """
    order = lock_order(session, orders_sold_by(actor), order_id)
    found = return_of(session, order, return_id)
    if found.state == ReturnState.RECEIVED:
        return found
    move_return(session, order, found, ReturnState.RECEIVED, By.SELLER, now=now, actor_id=actor.user_id)
    found.condition = condition
    tell_return_received(session, order, found)
    return found


def refund_return(
    session: Session,
    actor: Actor,
    order_id: UUID,
    return_id: UUID,
    *,
    cents: int,
    reason: str,
    form_token: UUID,
    now: datetime,
    signed: SignedExit | None = None,
) -> OrderReturn:
    """Give back `cents` for a return and end it, also without waiting for the goods. The same form twice is one refund.

    Raises OrderNotFound, ReturnNotFound, ReturnMovedOn, EscrowIsOver, FormAlreadyUsed, and what `refund_order` raises.
    """
    order = lock_order(session, orders_sold_by(actor, SELLING), order_id)
    found = return_of(session, order, return_id)
    if found.refund is not None and found.refund.form_token == form_token:
        if found.refund.amount_cents != cents:
            raise FormAlreadyUsed
        return found
    require_edge(found.state, ReturnState.REFUNDED, By.SELLER)
    if not stories_of(session, [order])[order.id].is_held:
        raise EscrowIsOver
    found.refund = refund_order(
        session, actor, order_id, cents=cents, reason=reason, form_token=form_token, now=now, signed=signed
    )
    move_return(session, order, found, ReturnState.REFUNDED, By.SELLER, now=now, actor_id=actor.user_id)
    return found
