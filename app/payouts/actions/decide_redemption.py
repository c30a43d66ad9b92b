"""The operator approves or refuses a redemption."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.payouts.errors import RedemptionMovedOn, RedemptionNotFound
from app.payouts.models import Redemption
from app.payouts.queries import redemptions_to_pay
from app.payouts.rules import BURNED, BURNING, PAID, REFUSED, REQUESTED
from app.settlement.actions.move_tokens import redeem_units


def approve_redemption(session: Session, actor: Actor, redemption_id: UUID, *, now: datetime) -> Redemption:
    """Plan the burning of the seller's tokens; twice is once. Raises RedemptionNotFound or RedemptionMovedOn."""
    redemption = _lock(session, actor, redemption_id)
    if redemption.state in {BURNING, BURNED, PAID}:
        return redemption
    if redemption.state != REQUESTED:
        raise RedemptionMovedOn(state=redemption.state)
    redemption.state = BURNING
    redemption.approved_by, redemption.approved_at = actor.user_id, now
    redeem_units(
        session,
        organization_id=redemption.organization_id,
        redemption_id=redemption.id,
        units=redemption.amount_units,
    )
    record_act(session, actor.user_id, "redemption.approve", redemption.id, cents=redemption.amount_cents)
    session.flush()
    return redemption


def refuse_redemption(session: Session, actor: Actor, redemption_id: UUID, *, reason: str) -> Redemption:
    """The money stays released and can be asked for again. Raises RedemptionNotFound or RedemptionMovedOn."""
    redemption = _lock(session, actor, redemption_id)
    if redemption.state == REFUSED:
        return redemption
    if redemption.state != REQUESTED:
        raise RedemptionMovedOn(state=redemption.state)
    redemption.state, redemption.refusal = REFUSED, reason
    record_act(session, actor.user_id, "redemption.refuse", redemption.id, reason=reason)
    session.flush()
    return redemption


def _lock(session: Session, actor: Actor, redemption_id: UUID) -> Redemption:
    query = redemptions_to_pay(actor).where(Redemption.id == redemption_id)
    return lock_one(session, query, missing=RedemptionNotFound)
