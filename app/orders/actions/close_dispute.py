"""A dispute that ended without a decision: the buyer had the seller paid, the seller gave all back, or time divided it."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.money.amounts import whole_cents
from app.orders.models import Order
from app.orders.queries import dispute_of, legs_of


def close_dispute(session: Session, order: Order, *, at: datetime) -> None:
    """Nothing remains in the locked order's leg, so nobody is asked to decide any more. Twice is once."""
    dispute, leg = dispute_of(session, order.id), legs_of(session, [order.id]).get(order.id)
    if dispute is None or dispute.state != "open" or leg is None:
        return
    dispute.state, dispute.resolved_at = "resolved", at
    dispute.seller_cents, dispute.buyer_cents = whole_cents(leg.released), whole_cents(leg.refunded)
