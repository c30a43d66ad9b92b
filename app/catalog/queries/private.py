"""Private catalogs: goods on sale to chosen customer groups only. Who asks is in the query; a stranger finds nothing."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.catalog.models import Listing, Variant
from app.pricing.models import Audience
from app.pricing.queries import Buyer, groups_of_buyer, in_audience


def on_sale_to(buyer: Buyer | None) -> ColumnElement[bool]:
    """The condition on `listings` that this buyer may find and buy them, their shop apart."""
    if buyer is None:
        return Listing.status == "active"
    return or_(Listing.status == "active", and_(Listing.status == "private", in_audience(Listing.id, buyer)))


def sees_private(session: Session, buyer: Buyer | None) -> bool:
    """Whether any goods are for this buyer's groups: else they look at the market as a guest does."""
    if buyer is None:
        return False
    return (
        session.scalar(select(Audience.listing_id).where(Audience.group_id.in_(groups_of_buyer(buyer))).limit(1))
        is not None
    )


def private_seen(session: Session, buyer: Buyer | None, listings: Iterable[Listing]) -> Collection[UUID]:
    """Which private ones of these the buyer may see; asked only where there is a private one."""
    private = {listing.id for listing in listings if listing.status == "private"}
    if buyer is None or not private:
        return ()
    query = select(Audience.listing_id).where(
        Audience.listing_id.in_(private), Audience.group_id.in_(groups_of_buyer(buyer))
    )
    return set(session.scalars(query))


def known_to(session: Session, buyer: Buyer | None, variant_ids: Collection[UUID]) -> set[UUID]:
    """Which of these exist for this buyer: on sale or not any more, but never another's private ones."""
    query = select(Variant.id).join(Listing, Listing.id == Variant.listing_id)
    known = query.where(Variant.id.in_(variant_ids), or_(Listing.status != "private", on_sale_to(buyer)))
    return set(session.scalars(known))


def has_audience(session: Session, listing_id: UUID) -> bool:
    """Whether it is for chosen groups only, once it is on sale."""
    return session.scalar(select(Audience.group_id).where(Audience.listing_id == listing_id).limit(1)) is not None


def audience_of(session: Session, listing_id: UUID) -> set[UUID]:
    """The groups it is for; none means everybody."""
    return set(session.scalars(select(Audience.group_id).where(Audience.listing_id == listing_id)))
