"""What a seller owes for a chargeback comes by bank, or the market gives it up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import chargeback_given_up, chargeback_received
from app.money.amounts import usd
from app.money.references import reference_key
from app.payouts.actions.count_step import count_step
from app.payouts.errors import BankReferenceNeeded, ClaimMovedOn, ClaimNotFound, ClaimReferenceUsed, ClaimTooMuch
from app.payouts.models import ChargebackClaim, ClaimStep
from app.payouts.queries import claims_to_decide, under_way_cents
from app.payouts.rules import NAME_LONGEST, OWED


def book_received(
    session: Session, actor: Actor, claim_id: UUID, *, cents: int, bank_reference: str, at: datetime
) -> ChargebackClaim:
    """The seller paid by bank; the same reference again, however written, changes nothing.

    Raises ClaimNotFound, ClaimMovedOn, ClaimTooMuch, BankReferenceNeeded or ClaimReferenceUsed.
    """
    reference = " ".join(bank_reference.split())
    key = reference_key(reference)
    if not key or len(reference) > NAME_LONGEST or not reference.isprintable():
        raise BankReferenceNeeded(field="words")
    claim = _owed(session, actor, claim_id)
    known = session.scalars(select(ClaimStep).where(ClaimStep.reference_key == key)).one_or_none()
    if known is not None:
        if (known.claim_id, known.cents) != (claim_id, cents):
            raise ClaimReferenceUsed(field="words", reference=reference)
        return claim
    _require_open(session, claim, cents)
    step = ClaimStep(
        claim_id=claim.id,
        kind="received",
        cents=cents,
        bank_reference=reference,
        reference_key=key,
        recorded_by=actor.user_id,
        at=at,
    )
    count_step(session, claim, step)
    post_journal(
        session,
        chargeback_received(
            step_id=step.id, organization_id=claim.organization_id, order_id=claim.order_id, cents=cents, at=at
        ),
    )
    record_act(session, actor.user_id, "chargeback.receive", claim.id, cents=cents, reference=reference)
    session.flush()
    return claim


def give_up_claim(session: Session, actor: Actor, claim_id: UUID, *, reason: str, now: datetime) -> ChargebackClaim:
    """The market does not ask for what is left any more.

    Raises ClaimNotFound, ClaimMovedOn, or ClaimTooMuch while some of it is under way.
    """
    claim = _owed(session, actor, claim_id)
    left = claim.left_cents
    _require_open(session, claim, left)
    step = ClaimStep(claim_id=claim.id, kind="given_up", cents=left, reason=reason, recorded_by=actor.user_id, at=now)
    count_step(session, claim, step)
    post_journal(
        session,
        chargeback_given_up(
            step_id=step.id, organization_id=claim.organization_id, order_id=claim.order_id, cents=left, at=now
        ),
    )
    record_act(session, actor.user_id, "chargeback.give_up", claim.id, cents=left, reason=reason)
    session.flush()
    return claim


def _owed(session: Session, actor: Actor, claim_id: UUID) -> ChargebackClaim:
    query = claims_to_decide(actor).where(ChargebackClaim.id == claim_id)
    return lock_one(session, query, missing=ClaimNotFound)


def _require_open(session: Session, claim: ChargebackClaim, cents: int) -> None:
    if claim.state != OWED:
        raise ClaimMovedOn
    most = claim.left_cents - under_way_cents(session, claim.id)
    if not 0 < cents <= most:
        raise ClaimTooMuch(field="amount", most=usd(most))
