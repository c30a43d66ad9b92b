"""A buyer goes: what still waits for an answer or a payment ends, so that nothing is held for nobody."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.quotes.actions.answer_offer import decline_offer, withdraw_offer
from app.quotes.actions.end_deal import cancel_deal, lapse_deal
from app.quotes.actions.expire_offer import expire_offer
from app.quotes.models import Offer
from app.quotes.queries import open_matters
from app.quotes.rules.offers import OfferState


def forget_bargains(session: Session, user_id: UUID, *, now: datetime) -> None:
    """The person's open offers and deals. Raises DealIsBeingPaid while a deal is in checkout."""
    person = Actor(user_id)
    offers, deals = open_matters(session, user_id)
    for offer_id in offers:
        if expire_offer(session, offer_id, now):
            continue
        offer = session.get_one(Offer, offer_id)
        if offer.state == OfferState.TO_SELLER:
            withdraw_offer(session, person, offer_id, now=now)
        else:
            decline_offer(session, person, offer_id, offer.number, now=now)
    for deal_id in deals:
        if not lapse_deal(session, deal_id, now):
            cancel_deal(session, person, deal_id, now)
