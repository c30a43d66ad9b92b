"""A card was charged less than the order costs: all of it goes back, and nothing is bought."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.onramp.actions.refund_card import refund_card
from app.orders.actions.expire_group import expire_now
from app.orders.actions.lock_order import lock_group
from app.orders.actions.tell_people import tell_short_payment


def pay_too_little(session: Session, order_group_id: UUID, *, payment_id: UUID, cents: int, now: datetime) -> None:
    """Goods go back on the stall; an order on terms stays owed. The buyer reads what happened, and can pay anew."""
    group = lock_group(session, order_group_id)
    refund_card(
        session,
        order_group_id=group.id,
        order_id=None,
        cents=cents,
        key=f"short:{payment_id}",
        reason="late_payment",
    )
    expire_now(session, group.id, now)
    tell_short_payment(session, group, payment_id, cents)
