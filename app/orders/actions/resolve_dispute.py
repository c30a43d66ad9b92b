"""Somebody of the market decides a dispute: each side gets its part of what is held, to the cent."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.identity.actor import Actor
from app.money.amounts import UNITS_PER_CENT
from app.orders.actions.lock_order import lock_order
from app.orders.actions.record_fact import record_fact
from app.orders.actions.tell_people import tell_resolved
from app.orders.errors import FormAlreadyUsed, NoSuchDispute, NothingInEscrow
from app.orders.models import Dispute
from app.orders.queries import dispute_of, orders_judged_by, refundable_cents, stories_of
from app.orders.rules.life import split
from app.orders.rules.status import FactKind, SettlementStatus
from app.settlement.actions.exit_leg import resolve_leg
from app.settlement.queries import is_paying_out


def resolve_dispute(
    session: Session, actor: Actor, order_id: UUID, *, seller_cents: int, resolution: str, now: datetime
) -> Dispute:
    """`seller_cents` to the seller, the rest back to the payer. The same decision again changes nothing.

    Refunds the seller has promised are the buyer's already. Raises OrderNotFound, NoSuchDispute, NothingInEscrow (the
    chain does not show the dispute yet, or the buyer has the seller paid), SplitIsNotWhole, FormAlreadyUsed for another
    decision after the first.
    """
    order = lock_order(session, orders_judged_by(actor), order_id)
    dispute = dispute_of(session, order.id)
    if dispute is None:
        raise NoSuchDispute
    if dispute.state == "resolved":
        if dispute.seller_cents != seller_cents:
            raise FormAlreadyUsed
        return dispute
    story = stories_of(session, [order])[order.id]
    if story.axes.settlement is not SettlementStatus.DISPUTED or is_paying_out(session, order.id):
        raise NothingInEscrow
    left = refundable_cents(session, order.id, story.leg)
    dispute.seller_cents, dispute.buyer_cents = split(left, seller_cents)
    dispute.state, dispute.resolution = "resolved", resolution
    dispute.resolved_by, dispute.resolved_at = actor.user_id, now
    record_fact(
        session,
        order,
        FactKind.RESOLVED,
        at=now,
        actor_id=actor.user_id,
        seller_cents=dispute.seller_cents,
        buyer_cents=dispute.buyer_cents,
    )
    resolve_leg(session, order.id, key=f"resolve:{order.id}", seller_units=seller_cents * UNITS_PER_CENT)
    record_act(session, actor.user_id, "orders.resolve_dispute", order.id, seller_cents=seller_cents)
    tell_resolved(session, order, dispute)
    return dispute
