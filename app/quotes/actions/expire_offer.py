"""Nobody has answered in time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.quotes.actions.lock_offer import become, lock_offer
from app.quotes.actions.tell_parties import tell_expired
from app.quotes.models import Offer
from app.quotes.rules.offers import WAITING, OfferFact, OfferState


def expire_offer(session: Session, offer_id: UUID, now: datetime) -> bool:
    """Write down that its time is over; False when it was answered meanwhile, or has time left."""
    offer = lock_offer(session, offer_id)
    if offer.state not in WAITING or offer.expires_at > now:
        return False
    become(session, offer, OfferFact.EXPIRED, OfferState.EXPIRED, now)
    tell_expired(session, offer)
    return True


def expire_late_of(session: Session, buyer_id: UUID, variant_id: UUID, now: datetime) -> None:
    """What is late already must not stand in the way of a new one until the job comes by."""
    late = session.scalars(
        select(Offer.id).where(
            Offer.buyer_id == buyer_id,
            Offer.variant_id == variant_id,
            Offer.state.in_(WAITING),
            Offer.expires_at <= now,
        )
    )
    for offer_id in late.all():
        expire_offer(session, offer_id, now)
