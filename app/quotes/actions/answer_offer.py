"""Yes, no, or taking it back."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.quotes.actions.agree_deal import agree_deal
from app.quotes.actions.buy_for_company import require_member
from app.quotes.actions.lock_offer import become, lock_offer, state_of
from app.quotes.actions.tell_parties import tell_accepted, tell_declined, tell_withdrawn
from app.quotes.models import Deal, Offer
from app.quotes.queries import offers_answered_by, side_of, variant_to_offer_on
from app.quotes.rules.deals import OFFER, AgreedLine, DealTerms
from app.quotes.rules.offers import (
    OfferFact,
    OfferState,
    Side,
    require_latest,
    require_own_turn_over,
    require_turn,
)


def accept_offer(
    session: Session, actor: Actor, offer_id: UUID, seen: int, *, order_within: timedelta, now: datetime
) -> Deal:
    """Agree on what lies on the table: the goods are held for the buyer for `order_within`. Twice is once.

    `seen` is the round that stood on the page. Raises OfferNotFound, OfferMoved, OfferIsOver, NotYourTurn, GoodsGone, NotOfTheCompany,
    and NoOffersHere for what was taken off sale meanwhile.
    """
    offer = lock_offer(session, offer_id, offers_answered_by(actor))
    if offer.state == OfferState.ACCEPTED and offer.number == seen:
        return session.get_one(Deal, offer.deal_id)
    side = side_of(offer, actor)
    if offer.state in (OfferState.TO_SELLER, OfferState.TO_BUYER):
        require_latest(seen, offer.number)
    require_turn(state_of(offer, now), side)
    variant_to_offer_on(session, offer.variant_id)
    if side is Side.BUYER:
        require_member(session, actor, offer.company_id)
    deal = agree_deal(
        session,
        DealTerms(
            organization_id=offer.organization_id,
            buyer_id=offer.buyer_id,
            lines=[AgreedLine(offer.variant_id, offer.quantity, offer.price_minor)],
            valid_until=now + order_within,
            source=OFFER,
            parts=offer.parts,
            company_id=offer.company_id,
        ),
        now,
        actor_id=actor.user_id,
    )
    offer.deal_id = deal.id
    become(session, offer, OfferFact.ACCEPTED, OfferState.ACCEPTED, now, side=side, actor_id=actor.user_id)
    tell_accepted(session, offer, deal)
    return deal


def decline_offer(session: Session, actor: Actor, offer_id: UUID, seen: int, *, now: datetime) -> Offer:
    """Twice is once. Raises OfferNotFound, OfferMoved, OfferIsOver, NotYourTurn."""
    offer = lock_offer(session, offer_id, offers_answered_by(actor))
    if offer.state == OfferState.DECLINED and offer.number == seen:
        return offer
    side = side_of(offer, actor)
    require_turn(state_of(offer, now), side)
    require_latest(seen, offer.number)
    become(session, offer, OfferFact.DECLINED, OfferState.DECLINED, now, side=side, actor_id=actor.user_id)
    tell_declined(session, offer, side)
    return offer


def withdraw_offer(session: Session, actor: Actor, offer_id: UUID, *, now: datetime) -> Offer:
    """Take back what one has put on the table, while the other side has not answered. Twice is once.

    Raises OfferNotFound, OfferIsOver, NotYourTurn (there is something to answer instead).
    """
    offer = lock_offer(session, offer_id, offers_answered_by(actor))
    if offer.state == OfferState.WITHDRAWN:
        return offer
    side = side_of(offer, actor)
    require_own_turn_over(state_of(offer, now), side)
    become(session, offer, OfferFact.WITHDRAWN, OfferState.WITHDRAWN, now, side=side, actor_id=actor.user_id)
    tell_withdrawn(session, offer, side)
    return offer
