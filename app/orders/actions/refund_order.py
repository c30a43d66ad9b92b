"""The seller gives back a part or all of an order."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.actions.return_stock import return_to_stock
from app.identity.actor import Actor
from app.identity.rules.roles import SELLING
from app.money.amounts import UNITS_PER_CENT, usd
from app.orders.actions.lock_order import lock_order
from app.orders.actions.record_fact import record_fact
from app.orders.actions.tell_people import back_to_buyer, tell_refund_asked
from app.orders.errors import AllOrNothing, FormAlreadyUsed, NothingInEscrow
from app.orders.models import Order, Refund
from app.orders.queries import dispute_of, orders_sold_by, refundable_cents, refunds_asked, stories_of
from app.orders.rules.life import require_card_undisputed, require_refundable
from app.orders.rules.signed_exit import SignedExit, exit_signature
from app.orders.rules.status import FactKind, FulfillmentStatus, SettlementStatus
from app.settlement.actions.exit_leg import refund_leg
from app.settlement.queries import is_paying_out

HOLDING = (SettlementStatus.IN_ESCROW, SettlementStatus.DISPUTED)


def refund_order(
    session: Session,
    actor: Actor,
    order_id: UUID,
    *,
    cents: int,
    reason: str,
    form_token: UUID,
    now: datetime,
    signed: SignedExit | None = None,
) -> Refund:
    """Plan the refund of `cents` US cents. The same form twice is one refund.

    Giving back all of an order that has not left cancels it and puts the goods back on the stall. Raises OrderNotFound,
    CardIsDisputed, NothingInEscrow, RefundExceedsLeft, AllOrNothing (a part, in a dispute), FormAlreadyUsed;
    SignatureNeeded for a seller with an own wallet.
    """
    order = lock_order(session, orders_sold_by(actor, SELLING), order_id)
    known = session.scalars(select(Refund).where(Refund.form_token == form_token)).one_or_none()
    if known is not None:
        if (known.order_id, known.amount_cents) != (order.id, cents):
            raise FormAlreadyUsed
        return known
    return plan_refund(
        session,
        order,
        cents=cents,
        reason=reason,
        form_token=form_token,
        actor_id=actor.user_id,
        now=now,
        signed=signed,
    )


def plan_refund(
    session: Session,
    order: Order,
    *,
    cents: int,
    reason: str,
    form_token: UUID,
    actor_id: UUID | None,
    now: datetime,
    signed: SignedExit | None = None,
) -> Refund:
    """The locked order's refund, once it is known who asked and that they may."""
    story = stories_of(session, [order])[order.id]
    require_card_undisputed(card_is_disputed=story.card_is_disputed)
    if story.axes.settlement not in HOLDING or is_paying_out(session, order.id):
        raise NothingInEscrow
    left = refundable_cents(session, order.id, story.leg)
    require_refundable(cents, left=left)
    dispute = dispute_of(session, order.id)
    if dispute is not None and dispute.state == "open" and cents < left:
        raise AllOrNothing
    sequence = session.scalars(
        select(func.coalesce(func.max(Refund.sequence), 0) + 1).where(Refund.order_id == order.id)
    ).one()
    refund = Refund(
        order_id=order.id,
        sequence=sequence,
        form_token=form_token,
        amount_cents=cents,
        reason=reason,
        created_by=actor_id,
        created_at=now,
    )
    session.add(refund)
    record_fact(
        session, order, FactKind.REFUND_ASKED, key=f"refund_asked:{sequence}", at=now, actor_id=actor_id, cents=cents
    )
    if cents == order.total_cents and story.axes.fulfillment is FulfillmentStatus.UNFULFILLED:
        record_fact(session, order, FactKind.CANCELED, at=now, actor_id=actor_id)
        return_to_stock(session, order.id)
    refund_leg(
        session,
        order.id,
        key=f"refund:{order.id}:{sequence}",
        units=cents * UNITS_PER_CENT,
        **exit_signature(signed),
    )
    buyers = back_to_buyer(order, refunds_asked(session, order.id) - cents, cents) if order.market_cents else cents
    tell_refund_asked(session, order, sequence, usd(buyers), reason)
    return refund
