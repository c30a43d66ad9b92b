"""The market lost a chargeback whose order was paid to the seller: it decides who bears it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.identity.models import Organization
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import chargeback_charged
from app.money.amounts import token_units, usd
from app.onramp.models import CardDispute
from app.payouts.actions.tell_seller import tell_charged, tell_free
from app.payouts.errors import ClaimMovedOn, ClaimNotFound, ClaimRuns, ClaimTooMuch
from app.payouts.models import ChargebackClaim, Redemption
from app.payouts.queries import asked_units, claim_cents, claims_to_decide, released_units
from app.payouts.rules import BURNING, DROPPED, HELD, LOST, OWED, redeemable_cents
from app.settlement.actions.move_tokens import redeem_units


def charge_seller(
    session: Session, actor: Actor, claim_id: UUID, *, cents: int, reason: str, form_token: UUID, now: datetime
) -> ChargebackClaim:
    """The seller owes `cents` of it. What is still in its balance is taken at once, the rest of later payouts.

    Raises ClaimNotFound, ClaimMovedOn, ClaimRuns or ClaimTooMuch.
    """
    claim = _undecided(session, actor, claim_id)
    if not 0 < cents <= claim.cents:
        raise ClaimTooMuch(field="amount", most=usd(claim.cents))
    claim.cents = cents
    _decide(claim, OWED, actor, reason, now)
    session.flush()
    post_journal(
        session,
        chargeback_charged(
            claim_id=claim.id, organization_id=claim.organization_id, order_id=claim.order_id, cents=cents, at=now
        ),
    )
    _take_what_is_there(session, actor, claim, form_token=form_token, now=now)
    tell_charged(session, claim)
    record_act(session, actor.user_id, "chargeback.charge", claim.id, cents=cents, reason=reason)
    session.flush()
    return claim


def bear_chargeback(session: Session, actor: Actor, claim_id: UUID, *, reason: str, now: datetime) -> ChargebackClaim:
    """The market bears the loss; what was held is the seller's again. Raises ClaimNotFound, ClaimMovedOn or ClaimRuns."""
    claim = _undecided(session, actor, claim_id)
    _decide(claim, DROPPED, actor, reason, now)
    tell_free(session, claim)
    record_act(session, actor.user_id, "chargeback.bear", claim.id, cents=claim.cents, reason=reason)
    session.flush()
    return claim


def _undecided(session: Session, actor: Actor, claim_id: UUID) -> ChargebackClaim:
    """Locked behind its shop, which who asks for money locks as well."""
    query = claims_to_decide(actor).where(ChargebackClaim.id == claim_id)
    shop = session.scalar(query.with_only_columns(ChargebackClaim.organization_id))
    session.execute(select(Organization.id).where(Organization.id == shop).with_for_update())
    claim = lock_one(session, query, missing=ClaimNotFound)
    if claim.state != HELD:
        raise ClaimMovedOn
    if session.get_one(CardDispute, claim.stripe_dispute_id).status != LOST:
        raise ClaimRuns
    return claim


def _decide(claim: ChargebackClaim, state: str, actor: Actor, reason: str, now: datetime) -> None:
    claim.state, claim.reason, claim.decided_by, claim.decided_at = state, reason, actor.user_id, now


def _take_what_is_there(
    session: Session, actor: Actor, claim: ChargebackClaim, *, form_token: UUID, now: datetime
) -> None:
    """A redemption of the market's own making, kept whole; its tokens are burned as those of any other."""
    shop = session.get_one(Organization, claim.organization_id)
    held, _ = claim_cents(session, shop.id)
    there = redeemable_cents(released_units(session, shop.id), asked_units(session, shop.id)) - held
    cents = min(claim.cents, there)
    if cents < 1:
        return
    assert actor.user_id is not None
    taken = Redemption(
        organization_id=shop.id,
        form_token=form_token,
        amount_cents=cents,
        amount_units=token_units(usd(cents)),
        kept_cents=cents,
        claim_id=claim.id,
        bank_account=shop.bank_account or {},
        state=BURNING,
        requested_by=actor.user_id,
        approved_by=actor.user_id,
        approved_at=now,
    )
    session.add(taken)
    session.flush()
    redeem_units(session, organization_id=shop.id, redemption_id=taken.id, units=taken.amount_units)
