"""Putting goods on sale and taking them off."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.actions.edit_listing import locked_listing
from app.catalog.errors import NotReadyToPublish
from app.catalog.models import Listing
from app.identity.actor import Actor
from app.shipping.models import ShippingRate


def publish_listing(session: Session, actor: Actor, listing_id: UUID, *, now: datetime) -> Listing:
    """On sale as soon as the shop is approved. Needs a picture and a shipping method.

    Raises ListingNotFound, NotReadyToPublish. Twice is the same as once.
    """
    listing = locked_listing(session, actor, listing_id)
    ships = session.scalar(
        select(ShippingRate.id).where(ShippingRate.organization_id == listing.organization_id).limit(1)
    )
    if listing.picture_id is None or ships is None:
        raise NotReadyToPublish
    listing.status = "active"
    listing.published_at = listing.published_at or now
    session.flush()
    return listing


def pause_listing(session: Session, actor: Actor, listing_id: UUID) -> Listing:
    """Off sale; a running checkout may still be paid. Raises ListingNotFound."""
    listing = locked_listing(session, actor, listing_id)
    if listing.status == "active":
        listing.status = "paused"
    session.flush()
    return listing
