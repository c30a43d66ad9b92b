"""The tokens of a payout are burned: the market keeps its part for chargebacks before the bank pays the rest."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ledger.actions.post_journal import post_journals
from app.ledger.recipes import chargeback_kept
from app.payouts.actions.count_step import count_step
from app.payouts.models import ChargebackClaim, ClaimStep, Redemption
from app.payouts.rules import OWED, PAID


def keep_of_payout(session: Session, redemption: Redemption, *, at: datetime) -> None:
    """The claim it was made for, then the oldest first. What nobody is owed any more goes to the bank."""
    owed = session.scalars(
        select(ChargebackClaim)
        .where(ChargebackClaim.organization_id == redemption.organization_id, ChargebackClaim.state == OWED)
        .order_by(ChargebackClaim.created_at, ChargebackClaim.id)
        .with_for_update()
    ).all()
    left, entries = redemption.kept_cents, []
    for claim in sorted(owed, key=lambda one: one.id != redemption.claim_id):
        part = min(left, claim.left_cents)
        if part:
            left -= part
            step = ClaimStep(claim_id=claim.id, kind="kept", cents=part, redemption_id=redemption.id, at=at)
            count_step(session, claim, step)
            entries.append(
                chargeback_kept(
                    redemption_id=redemption.id,
                    claim_id=claim.id,
                    organization_id=claim.organization_id,
                    order_id=claim.order_id,
                    cents=part,
                    at=at,
                )
            )
    post_journals(session, entries)
    redemption.kept_cents -= left
    if not redemption.to_bank_cents:
        redemption.state, redemption.paid_at = PAID, at
    session.flush()
