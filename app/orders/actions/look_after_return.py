"""A return waits and its time has come: nobody is paid over it by silence alone where the market can prevent it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.orders.actions.lock_order import lock_order
from app.orders.actions.move_return import move_return
from app.orders.actions.put_before_arbiter import bring_to_arbiter
from app.orders.actions.record_fact import record_fact
from app.orders.actions.tell_returns import tell_at_arbiter, tell_return_ended, tell_return_needs_signature
from app.orders.models import Order
from app.orders.queries import chain_now, stories_of
from app.orders.return_models import OrderReturn
from app.orders.return_queries import return_of
from app.orders.rules.purchase import CARD
from app.orders.rules.returns import RUNNING, ReturnState, reason_of_dispute
from app.orders.rules.status import FactKind
from app.settlement.queries import is_paying_out
from app.states.edges import By


def look_after_return(session: Session, order_id: UUID, return_id: UUID, *, now: datetime) -> None:
    """What silence does, by the chain's clock. Twice is once.

    Approved and never sent: it ends. Else a buyer who paid by card has the buyer agent dispute in time, and somebody of
    the market decides; a buyer with a wallet is asked to sign that, because nobody can in a wallet's place.
    """
    order = lock_order(session, select(Order), order_id)
    found = return_of(session, order, return_id)
    today, story = chain_now(session), stories_of(session, [order])[order.id]
    if found.state not in RUNNING or found.next_look_at is None or found.next_look_at > today:
        return
    if is_paying_out(session, order.id) or not story.is_held:
        found.next_look_at = None  # what the chain says of the money ends the return
    elif found.state == ReturnState.APPROVED and found.due_at <= min(today, found.hold_at):
        move_return(session, order, found, ReturnState.CANCELED, By.CLOCK, now=now)
        tell_return_ended(session, order, found)
    elif order.group.payment_method == CARD:
        bring_to_arbiter(session, order, key="return", reason=reason_of_dispute(found.reason), now=now)
        tell_at_arbiter(session, order, is_return=True)
    else:
        _ask_for_signature(session, order, found, today, now)


def _ask_for_signature(session: Session, order: Order, found: OrderReturn, today: datetime, now: datetime) -> None:
    """Once when the seller is silent, and once more before silence pays the seller."""
    is_last = found.hold_at <= today
    key = f"{FactKind.RETURN_REMINDED}:{found.id}:{'last' if is_last else found.state}"
    if record_fact(session, order, FactKind.RETURN_REMINDED, key=key, at=now, return_id=str(found.id)):
        tell_return_needs_signature(session, order, found, is_last=is_last)
    found.next_look_at = None if is_last else found.hold_at
