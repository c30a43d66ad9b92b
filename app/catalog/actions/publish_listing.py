"""Putting goods on sale and taking them off."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.catalog.actions.edit_listing import locked_listing
from app.catalog.errors import ListingRemoved, NotReadyToPublish, PictureMissing, SendingMissing
from app.catalog.events import ListingOnSale
from app.catalog.models import Listing
from app.catalog.queries.private import has_audience
from app.catalog.rules.listings import ON_SALE
from app.events.bus import publish
from app.identity.actor import Actor
from app.shipping.queries import sends_goods


def publish_listing(session: Session, actor: Actor, listing_id: UUID, *, now: datetime) -> Listing:
    """On sale as soon as the shop is approved, to everybody or to its audience. Needs a picture and a shipping method.

    Raises ListingNotFound, ListingRemoved, NotReadyToPublish, and what those raise who hear of it. Twice is the same as once.
    """
    listing = locked_listing(session, actor, listing_id)
    if listing.status == "removed":
        raise ListingRemoved
    is_pictured, is_sent = listing.picture_id is not None, sends_goods(session, listing.organization_id)
    if not is_pictured:
        raise PictureMissing if is_sent else NotReadyToPublish
    if not is_sent:
        raise SendingMissing
    listing.status = "private" if has_audience(session, listing.id) else "active"
    listing.published_at = listing.published_at or now
    session.flush()
    publish(session, ListingOnSale(listing.id))
    return listing


def pause_listing(session: Session, actor: Actor, listing_id: UUID) -> Listing:
    """Off sale; a running checkout may still be paid. Raises ListingNotFound."""
    listing = locked_listing(session, actor, listing_id)
    if listing.status in ON_SALE:
        listing.status = "paused"
    session.flush()
    return listing
