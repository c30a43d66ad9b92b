"""Changing goods."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.catalog.actions.create_listing import columns, write_parts
from app.catalog.actions.price_in_dollars import follow_prices
from app.catalog.errors import EditedMeanwhile, ListingNotFound
from app.catalog.events import ListingOnSale
from app.catalog.models import Listing
from app.catalog.queries.own import listing_sold_by
from app.catalog.rules.listings import ON_SALE, ListingTerms, require_usable
from app.events.bus import publish
from app.identity.actor import Actor


def edit_listing(session: Session, actor: Actor, listing_id: UUID, terms: ListingTerms, *, version: int) -> Listing:
    """Replace what the listing says. `version` is the one the editor saw. Orders keep what they were placed with.

    Raises ListingNotFound for somebody else's, EditedMeanwhile, and what the rules of listings raise.
    """
    listing = locked_listing(session, actor, listing_id)
    if listing.version != version:
        raise EditedMeanwhile
    require_usable(terms)
    for column, value in columns(session, terms, listing.organization).items():
        setattr(listing, column, value)
    listing.version += 1
    session.flush()
    write_parts(session, listing, terms)
    if listing.status in ON_SALE:
        publish(session, ListingOnSale(listing.id))
    session.expire(listing, ["variants", "pictures", "picture"])
    if any(variant.tiers is None for variant in terms.variants):
        follow_prices(session, listing)
    return listing


def locked_listing(session: Session, actor: Actor, listing_id: UUID) -> Listing:
    """Only the listing's row is locked, not its shop's or category's."""
    query = listing_sold_by(actor, listing_id).with_for_update(of=Listing).execution_options(populate_existing=True)
    listing = session.execute(query).unique().scalar_one_or_none()
    if listing is None:
        raise ListingNotFound
    return listing
