"""A card's bank takes back a payment that sellers were paid for already: what they got waits for the decision."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.identity.models import Organization
from app.onramp.events import CardDisputed
from app.payouts.models import ChargebackClaim
from app.payouts.rules import DROPPED, HELD, claims_of
from app.settlement.queries import PaidLeg, paid_by_final_blocks


def hold_for_chargeback(session: Session, event: CardDisputed) -> list[ChargebackClaim]:
    """A claim per order of the payment that its seller was paid for; heard again, only for those paid since.

    Held is at most what the seller got of the order, and all together at most what the bank takes. Returns the new ones.
    """
    paid = paid_by_final_blocks(session, event.order_group_id)
    lock = select(Organization.id).where(Organization.id.in_([leg.organization_id for leg in paid]))
    session.execute(
        lock.order_by(Organization.id).with_for_update()
    )  # who asks for money now was first, or finds it held
    claimed = _claimed(session, event, paid)
    left = [max(0, leg.cents - claimed.get(leg.order_id, 0)) for leg in paid]
    here = set(
        session.scalars(
            select(ChargebackClaim.order_id).where(ChargebackClaim.stripe_dispute_id == event.stripe_dispute_id)
        )
    )
    made = [
        ChargebackClaim(
            organization_id=leg.organization_id,
            order_id=leg.order_id,
            stripe_dispute_id=event.stripe_dispute_id,
            cents=cents,
        )
        for leg, cents in zip(paid, claims_of(event.cents, left), strict=True)
        if cents and leg.order_id not in here
    ]
    session.add_all(made)
    session.flush()
    return made


def _claimed(session: Session, event: CardDisputed, paid: list[PaidLeg]) -> dict[object, int]:
    """Cents that other chargebacks of the same orders claim."""
    rows = session.execute(
        select(ChargebackClaim.order_id, func.sum(ChargebackClaim.cents).label("cents"))
        .where(
            ChargebackClaim.order_id.in_([leg.order_id for leg in paid]),
            ChargebackClaim.stripe_dispute_id != event.stripe_dispute_id,
            ChargebackClaim.state != DROPPED,
        )
        .group_by(ChargebackClaim.order_id)
    )
    return {row.order_id: int(row.cents) for row in rows}


def let_go(session: Session, stripe_dispute_id: str) -> list[ChargebackClaim]:
    """The market won, or nothing came of it: nobody owes anything. Returns what was held until now."""
    held = session.scalars(
        select(ChargebackClaim)
        .where(ChargebackClaim.stripe_dispute_id == stripe_dispute_id, ChargebackClaim.state == HELD)
        .order_by(ChargebackClaim.id)
        .with_for_update()
    ).all()
    for claim in held:
        claim.state = DROPPED
    session.flush()
    return list(held)
