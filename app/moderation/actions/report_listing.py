"""Somebody says that goods should not be here."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.catalog.errors import ListingNotFound
from app.catalog.models import Listing
from app.identity.actor import Actor
from app.identity.models import Organization
from app.identity.rules.shops import SHOWN
from app.moderation.models import ListingReport


def report_listing(session: Session, actor: Actor, slug: str, *, reason: str, text: str) -> UUID:
    """Put it before the operator. Twice by one person, while the first is open, is once. Raises ListingNotFound.

    Only what everybody can see can be reported: a report of anything else would tell that it is there.
    """
    shown = (
        select(Listing.id)
        .join(Organization, Organization.id == Listing.organization_id)
        .where(Listing.slug == slug, Listing.status == "active", Organization.status.in_(SHOWN))
    )
    listing_id = session.scalar(shown)
    if listing_id is None:
        raise ListingNotFound
    session.execute(
        upsert(ListingReport)
        .values(listing_id=listing_id, source="person", reporter_id=actor.user_id, reason=reason, text=text.strip())
        .on_conflict_do_nothing()
    )
    return listing_id
