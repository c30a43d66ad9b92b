"""A buyer offers another price; either side answers with a price of its own."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import Variant
from app.catalog.rules.quantities import require_quantity
from app.errors import DomainError
from app.fx.queries import rate_for
from app.identity.actor import Actor
from app.identity.errors import SignInNeeded
from app.money.amounts import Money
from app.quotes.actions.buy_for_company import company_now, require_member
from app.quotes.actions.expire_offer import expire_late_of
from app.quotes.actions.lock_offer import become, lock_offer, state_of
from app.quotes.actions.tell_parties import tell_countered, tell_made
from app.quotes.errors import OfferRunning, OwnGoods, TooManyOffers
from app.quotes.models import Offer, OfferEvent
from app.quotes.queries import count_running, offers_answered_by, running_offer, side_of, variant_to_offer_on
from app.quotes.rules.offers import (
    MOST_RUNNING,
    OfferFact,
    OfferState,
    Side,
    require_another_round,
    require_latest,
    require_sensible,
    require_turn,
    waiting_for,
)
from app.quotes.rules.parts import AT_ONCE, PaymentParts, require_parts_of


@dataclass(frozen=True)
class OfferTerms:
    """`price_minor` of one, in the listing's currency; `parts` are for the seller of a firm to name."""

    quantity: int
    price_minor: int
    parts: PaymentParts = AT_ONCE


def make_offer(
    session: Session,
    actor: Actor,
    variant_id: UUID,
    terms: OfferTerms,
    *,
    form_token: UUID,
    answer_within: timedelta,
    now: datetime,
) -> Offer:
    """The seller has `answer_within` to answer. The same form again is the same offer.

    For the company the buyer buys for just now, if any. Raises SignInNeeded, NoOffersHere, OwnGoods, OfferRunning,
    TooManyOffers and what rules say of price and quantity.
    """
    if actor.user_id is None:
        raise SignInNeeded
    known = _sent_before(session, form_token, actor.user_id)
    if known is not None:
        return known
    variant = variant_to_offer_on(session, variant_id)
    if actor.member_of(variant.listing.organization_id):
        raise OwnGoods
    _require_sensible(session, variant, terms)
    expire_late_of(session, actor.user_id, variant_id, now)
    refusal = _refusal(session, actor.user_id, variant_id, now)
    if refusal is not None:
        # The form sent twice at once: what runs may be its own offer, kept since we looked.
        known = _sent_before(session, form_token, actor.user_id)
        if known is None:
            raise refusal
        return known
    offer = Offer(
        organization_id=variant.listing.organization_id,
        buyer_id=actor.user_id,
        variant_id=variant.id,
        currency=variant.listing.currency,
        state=OfferState.TO_SELLER,
        number=1,
        expires_at=now + answer_within,
        made_at=now,
        quantity=terms.quantity,
        price_minor=terms.price_minor,
        deposit_bps=0,
        shipment_bps=0,
        company_id=company_now(session, actor),
    )
    session.add(offer)
    become(
        session,
        offer,
        OfferFact.MADE,
        OfferState.TO_SELLER,
        now,
        side=Side.BUYER,
        actor_id=actor.user_id,
        form_token=form_token,
    )
    tell_made(session, offer)
    return offer


def counter_offer(
    session: Session,
    actor: Actor,
    offer_id: UUID,
    seen: int,
    terms: OfferTerms,
    *,
    form_token: UUID,
    answer_within: timedelta,
    now: datetime,
) -> Offer:
    """Put other terms on the table; the other side has `answer_within` from now. `seen` is the round that is answered.

    Raises OfferNotFound, OfferMoved, OfferIsOver, NotYourTurn, TooManyRounds, UnusableParts and what rules say of price and
    quantity.
    """
    offer = lock_offer(session, offer_id, offers_answered_by(actor))
    known = _sent_before(session, form_token, offer.buyer_id)
    if known is not None and known.id == offer.id:
        return offer
    side = side_of(offer, actor)
    require_turn(state_of(offer, now), side)
    require_latest(seen, offer.number)
    require_another_round(offer.number)
    _require_sensible(session, variant_to_offer_on(session, offer.variant_id), terms)
    if side is Side.BUYER:
        require_member(session, actor, offer.company_id)
    offer.quantity, offer.price_minor = terms.quantity, terms.price_minor
    if side is Side.SELLER:  # a buyer answers with a price, and the parts stay on the table
        require_parts_of(terms.parts, kind=offer.organization.kind)
        offer.deposit_bps, offer.shipment_bps = terms.parts.deposit_bps, terms.parts.shipment_bps
    offer.number += 1
    offer.expires_at = now + answer_within
    become(
        session,
        offer,
        OfferFact.COUNTERED,
        waiting_for(side.other),
        now,
        side=side,
        actor_id=actor.user_id,
        form_token=form_token,
    )
    tell_countered(session, offer, side)
    return offer


def _sent_before(session: Session, form_token: UUID, buyer_id: UUID) -> Offer | None:
    return session.scalars(
        select(Offer)
        .join(OfferEvent, OfferEvent.offer_id == Offer.id)
        .where(OfferEvent.form_token == form_token, Offer.buyer_id == buyer_id)
    ).one_or_none()


def _refusal(session: Session, buyer_id: UUID, variant_id: UUID, now: datetime) -> DomainError | None:
    if running_offer(session, buyer_id, variant_id, now) is not None:
        return OfferRunning()
    if count_running(session, buyer_id, now) >= MOST_RUNNING:
        return TooManyOffers(most=MOST_RUNNING)
    return None


def _require_sensible(session: Session, variant: Variant, terms: OfferTerms) -> None:
    listing = variant.listing
    require_quantity(
        terms.quantity,
        minimum=listing.min_quantity,
        step=listing.quantity_step,
        available=variant.available,
        unit=listing.unit,
    )
    price, asked = Money(terms.price_minor, listing.currency), Money(variant.price_minor, listing.currency)
    rate = rate_for(session, listing.currency).rate
    require_sensible(price, asked, cents=rate.to_usd(price * terms.quantity).minor)
