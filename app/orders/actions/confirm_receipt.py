"""The buyer has the goods: the seller is paid."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.orders.actions.lock_order import lock_order
from app.orders.actions.record_fact import record_fact
from app.orders.errors import PaymentTakenBack, ReturnIsRunning
from app.orders.models import Order
from app.orders.queries import Viewer, orders_bought_by, stories_of
from app.orders.rules.life import require_all_sent, require_sent
from app.orders.rules.signed_exit import SignedExit, exit_signature
from app.orders.rules.status import FactKind
from app.settlement.actions.exit_leg import release_leg


def confirm_receipt(
    session: Session, viewer: Viewer, order_id: UUID, *, now: datetime, signed: SignedExit | None = None
) -> Order:
    """Release all that is held to the seller; of an order on terms, once it is paid. Twice is once.

    Wallet buyers sign it themselves (`signed`). Raises OrderNotFound, PaymentTakenBack, NothingInEscrow,
    OrderNotShipped, ReturnIsRunning, SignatureNeeded.
    """
    order = lock_order(session, orders_bought_by(viewer), order_id)
    story = stories_of(session, [order])[order.id]
    if story.happened(FactKind.RECEIVED):
        return order
    if story.is_owed:
        require_all_sent(story.axes)
        record_fact(session, order, FactKind.ACCEPTED, at=now, actor_id=viewer.user_id)
        return order
    if story.card_is_disputed:
        raise PaymentTakenBack
    require_sent(story.axes)
    if story.running_return:
        raise ReturnIsRunning
    release_received(session, order, actor_id=viewer.user_id, now=now, signed=signed)
    return order


def release_received(
    session: Session,
    order: Order,
    *,
    actor_id: UUID | None,
    now: datetime,
    signed: SignedExit | None = None,
    **details: Any,
) -> None:
    """The buyer's instruction, however it was given (`details`), is written down and the seller is paid. Once."""
    record_fact(session, order, FactKind.RECEIVED, at=now, actor_id=actor_id, **details)
    release_leg(
        session,
        order.id,
        key=f"received:{order.id}",
        **exit_signature(signed),
    )
