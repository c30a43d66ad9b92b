"""One listing, as its page shows it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from app.catalog.errors import ListingNotFound
from app.catalog.models import Listing, ListingPicture, Variant
from app.catalog.rules.quantities import largest_quantity
from app.identity.actor import Actor, market_role
from app.identity.models import Organization
from app.identity.rules.roles import OPERATOR
from app.identity.rules.shops import SHOWN
from app.money.amounts import Money, Rate


@dataclass(frozen=True)
class Choice:
    """A variant with what it costs and how many can be asked for just now."""

    variant: Variant
    price: Money
    price_usd: Money
    largest: int

    @property
    def is_sold_out(self) -> bool:
        return self.largest == 0


def listing_shown(session: Session, actor: Actor, slug: str) -> Listing:
    """A listing everybody may see, or that the actor's own shop is preparing. Raises ListingNotFound. Three queries.

    The operator sees every one: a shop is approved after a look at what it is going to sell.
    """
    on_show = (Listing.status == "active") & Organization.status.in_(SHOWN)
    is_theirs = true() if market_role(actor, OPERATOR) else Listing.organization_id.in_(actor.organizations())
    query = (
        select(Listing)
        .join(Organization, Organization.id == Listing.organization_id)
        .where(Listing.slug == slug, or_(on_show, is_theirs))
        .options(selectinload(Listing.variants), selectinload(Listing.pictures).joinedload(ListingPicture.picture))
    )
    listing = session.execute(query).unique().scalar_one_or_none()
    if listing is None:
        raise ListingNotFound
    return listing


def choices(listing: Listing, rate: Rate) -> list[Choice]:
    """The variants on sale, in the seller's order. `rate` is that of the listing's currency."""
    found = []
    for variant in listing.variants:
        if not variant.is_retired:
            price = Money(variant.price_minor, listing.currency)
            largest = largest_quantity(listing.min_quantity, listing.quantity_step, variant.available)
            found.append(Choice(variant, price, rate.to_usd(price), largest))
    return found


def variants_on_sale(session: Session, variant_ids: list[UUID]) -> dict[UUID, Variant]:
    """For a cart: those of the variants that can still be bought, each with listing and seller, in one query."""
    query = (
        select(Variant)
        .join(Listing, Listing.id == Variant.listing_id)
        .join(Organization, Organization.id == Listing.organization_id)
        .where(Variant.id.in_(variant_ids), ~Variant.is_retired)
        .where(Listing.status == "active", Organization.status == "approved")
        .options(joinedload(Variant.listing).lazyload(Listing.variants))
    )
    return {variant.id: variant for variant in session.scalars(query).unique()}
