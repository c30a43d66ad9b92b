"""The demo's goods."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from zlib import crc32

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.actions.create_listing import create_listing
from app.catalog.actions.publish_listing import publish_listing
from app.catalog.models import Category, Listing
from app.catalog.rules.listings import ListingTerms, SampleTerms, VariantTerms
from app.cli.demo.pictures import PictureRecipe
from app.cli.demo.shapes import DemoListing, DemoSeller, DemoVariant
from app.cli.demo.stored_pictures import CREDIT
from app.identity.actor import Actor
from app.identity.models import Organization
from app.media.actions.add_picture import add_picture
from app.media.models import Picture
from app.media.pictures import PreparedPicture

SHELF_DAYS = 30


def write_goods(
    session: Session,
    seller: DemoSeller,
    shop: Organization,
    owner: Actor,
    pictures: Mapping[PictureRecipe, PreparedPicture],
    *,
    now: datetime,
) -> int:
    """Publish those of the seller's listings that are not there. Returns how many."""
    known = set(session.scalars(select(Listing.slug).where(Listing.organization_id == shop.id)))
    stalls = {category.slug: category for category in session.scalars(select(Category))}
    missing = [listing for listing in seller.listings if listing.slug not in known]
    for each in missing:
        alt = each.texts[0].title
        picture = add_picture(session, pictures[each.picture], organization_id=shop.id, alt=alt, credit=CREDIT)
        terms = _terms(each, stalls[each.category], picture)
        listing = create_listing(session, owner, shop.id, terms, slug=each.slug)
        publish_listing(session, owner, listing.id, now=now - _age(each))
    return len(missing)


def _age(listing: DemoListing) -> timedelta:
    """Spread over a month by the slug, so that the newest goods are not all one shop's."""
    return timedelta(minutes=crc32(listing.slug.encode()) % (SHELF_DAYS * 24 * 60))


def _terms(listing: DemoListing, stall: Category, picture: Picture) -> ListingTerms:
    return ListingTerms(
        category_id=stall.id,
        titles={text.language: text.title for text in listing.texts},
        descriptions={text.language: text.text for text in listing.texts},
        unit=listing.unit,
        condition=listing.condition,
        min_quantity=listing.minimum,
        quantity_step=listing.step,
        sample_most=listing.sample_most,
        variants=[_variant(variant) for variant in listing.variants],
        picture_ids=[picture.id],
    )


def _variant(variant: DemoVariant) -> VariantTerms:
    names = dict(variant.labels) | ({"en": variant.label} if variant.label else {})
    given = variant.sample
    sample = SampleTerms(given.price_minor, given.stock, given.net_g) if given else None
    return VariantTerms(
        sku=variant.sku,
        price_minor=variant.price_minor,
        stock=variant.stock,
        names=names,
        net_grams=variant.net_g,
        sample=sample,
    )
