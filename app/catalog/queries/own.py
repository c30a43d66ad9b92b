"""The seller's own rows; who may have them is part of the query."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, select

from app.catalog.models import Listing, Variant
from app.identity.actor import Actor
from app.identity.rules.roles import SELLING, STOCKING


def listing_sold_by(actor: Actor, listing_id: UUID, roles: Collection[str] = SELLING) -> Select[Listing]:
    """That listing, if this person may change it; otherwise nothing."""
    return select(Listing).where(Listing.id == listing_id, Listing.organization_id.in_(actor.organizations(roles)))


def variant_sold_by(actor: Actor, variant_id: UUID, roles: Collection[str] = STOCKING) -> Select[Variant]:
    """That variant, if this person may change it; otherwise nothing."""
    mine = select(Listing.id).where(Listing.organization_id.in_(actor.organizations(roles)))
    return select(Variant).where(Variant.id == variant_id, Variant.listing_id.in_(mine), ~Variant.is_retired)
