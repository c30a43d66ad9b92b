"""One step of a claim: the claim follows it."""

from sqlalchemy.orm import Session

from app.payouts.models import ChargebackClaim, ClaimStep
from app.payouts.rules import SETTLED


def count_step(session: Session, claim: ChargebackClaim, step: ClaimStep) -> ClaimStep:
    """`claim` is locked. What is settled whole is over."""
    session.add(step)
    claim.settled_cents += step.cents
    if not claim.left_cents:
        claim.state = SETTLED
    session.flush()
    return step
