"""What time itself brings about: claims after the protection window, unanswered cancellations, undecided disputes."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.chain.queries import chain_time
from app.settlement.actions.plan_intent import plan_intent
from app.settlement.models import EscrowLeg
from app.settlement.queries import facts_of_leg

BATCH = 200


def plan_due(session: Session, chain_id: int) -> int:
    """Plan an intent for every leg whose time has come by the chain's clock. Returns how many legs were looked at."""
    now = chain_time(session, chain_id)
    if now is None:
        return 0
    due = session.scalars(
        select(EscrowLeg)
        .where(
            EscrowLeg.seen_funded.is_(True),
            EscrowLeg.seen_released + EscrowLeg.seen_refunded < EscrowLeg.amount,
            (EscrowLeg.auto_release_at < now) | EscrowLeg.is_disputed.is_(True) | (EscrowLeg.ship_by < now),
        )
        .order_by(EscrowLeg.auto_release_at)
        .limit(BATCH)
    ).all()
    for leg in due:
        _plan_for(session, leg, now.timestamp())
    return len(due)


def _plan_for(session: Session, leg: EscrowLeg, now: float) -> None:
    facts = facts_of_leg(session, leg)
    kinds = {fact.kind for fact in facts}
    timeout = timedelta(seconds=leg.escrow.terms["dispute_timeout"]).total_seconds()
    if leg.is_disputed:
        disputed_at = next(fact.at.timestamp() for fact in facts if fact.kind == "disputed")
        if disputed_at + timeout < now:
            _plan(session, leg, "timeout")
        return
    if "cancellation_requested" in kinds and "shipped" not in kinds:
        answer_by = next(fact.values["answerBy"] for fact in facts if fact.kind == "cancellation_requested")
        if answer_by < now:
            _plan(session, leg, "finalize_cancellation")
        return
    release_at = max((fact.values["autoReleaseAt"] for fact in facts if fact.kind == "extended"), default=0)
    if max(release_at, leg.auto_release_at.timestamp()) < now:
        _plan(session, leg, "claim")


def _plan(session: Session, leg: EscrowLeg, kind: str) -> None:
    plan_intent(
        session,
        key=f"{kind}:{leg.id}",
        chain_id=leg.escrow.chain_id,
        kind=kind,
        escrow_id=leg.escrow.id,
        leg_id=leg.id,
    )
