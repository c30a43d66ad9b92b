"""Choosing who sees a listing: everybody, or customer groups of the shop."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.catalog.actions.edit_listing import locked_listing
from app.catalog.models import Listing
from app.catalog.rules.listings import ON_SALE
from app.identity.actor import Actor
from app.pricing.errors import GroupNotFound
from app.pricing.models import Audience, CustomerGroup
from app.pricing.queries import groups_run_by


def set_audience(session: Session, actor: Actor, listing_id: UUID, group_ids: Collection[UUID]) -> Listing:
    """None is everybody. Goods on sale change at once, in lists, pages and carts; orders placed go on.

    Raises ListingNotFound for somebody else's, GroupNotFound for a group that is not this shop's.
    """
    listing = locked_listing(session, actor, listing_id)
    own = groups_run_by(actor).with_only_columns(CustomerGroup.id)
    known = session.scalars(
        own.where(CustomerGroup.organization_id == listing.organization_id, CustomerGroup.id.in_(group_ids))
    ).all()
    if len(known) < len(set(group_ids)):
        raise GroupNotFound(field="groups")
    session.execute(delete(Audience).where(Audience.listing_id == listing.id))
    session.add_all(Audience(listing_id=listing.id, group_id=group_id) for group_id in known)
    if listing.status in ON_SALE:
        listing.status = "private" if known else "active"
    record_act(session, actor.user_id, "listing.audience", listing.id, groups=[str(group_id) for group_id in known])
    session.flush()
    return listing
