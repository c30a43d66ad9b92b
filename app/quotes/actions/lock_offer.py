"""Loading an offer to answer it, and writing down what was said."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, lazyload

from app.quotes.errors import OfferNotFound
from app.quotes.models import Offer, OfferEvent
from app.quotes.rules.offers import OFFER, OfferFact, OfferState, Side, state_at
from app.states.edges import By


def lock_offer(session: Session, offer_id: UUID, allowed: Select[Offer] | None = None) -> Offer:
    """The offer, if `allowed` holds it, locked until the end. Raises OfferNotFound."""
    query = (allowed if allowed is not None else select(Offer)).where(Offer.id == offer_id)
    locked = query.options(lazyload(Offer.organization), lazyload(Offer.variant)).with_for_update(of=Offer)
    offer = session.scalars(locked.execution_options(populate_existing=True)).one_or_none()
    if offer is None:
        raise OfferNotFound
    return offer


def state_of(offer: Offer, now: datetime) -> OfferState:
    return state_at(offer.state, expires_at=offer.expires_at, now=now)


def become(
    session: Session,
    offer: Offer,
    fact: OfferFact,
    state: OfferState,
    now: datetime,
    *,
    side: Side | None = None,
    actor_id: UUID | None = None,
    form_token: UUID | None = None,
) -> None:
    """The one place that writes the state of an offer; what lies on the table then is kept with the fact."""
    by = By(side) if side else By.CLOCK
    assert OFFER.leads(None if fact is OfferFact.MADE else offer.state, state, by), f"{offer.state}, {fact} by {by}"
    offer.state, offer.changed_at = state, now
    session.flush()
    session.add(
        OfferEvent(
            offer_id=offer.id,
            kind=fact,
            side=side,
            number=offer.number,
            quantity=offer.quantity,
            price_minor=offer.price_minor,
            **vars(offer.parts),
            form_token=form_token,
            actor_id=actor_id,
            at=now,
        )
    )
    session.flush()
