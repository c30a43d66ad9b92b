"""Putting goods on a stall."""

import secrets
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.catalog.actions.price_in_dollars import PriceOffer, card_prices, dollar_cents
from app.catalog.actions.write_search import write_search
from app.catalog.actions.write_variants import write_variants
from app.catalog.errors import CategoryNotFound, PictureNotYours
from app.catalog.models import Category, Listing, ListingPicture
from app.catalog.rules.listings import ListingTerms, require_usable, takes_offers
from app.catalog.rules.private import require_trusted
from app.identity.actor import Actor
from app.identity.models import Organization
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING
from app.identity.rules.slugs import plain_slug
from app.media.models import Picture


def create_listing(
    session: Session, actor: Actor, organization_id: UUID, terms: ListingTerms, *, slug: str | None = None
) -> Listing:
    """A draft that only the shop sees until it is published. Prices are in the shop's currency.

    Raises ShopNotFound for somebody else's shop, and what the rules of listings raise.
    """
    shop = shop_run_by(session, actor, organization_id, SELLING)
    require_usable(terms)
    listing = Listing(
        organization_id=shop.id,
        currency=shop.currency,
        slug=slug or _free_slug(session, terms),
        **columns(session, terms, shop),
    )
    session.add(listing)
    session.flush()
    write_parts(session, listing, terms)
    return listing


def columns(session: Session, terms: ListingTerms, shop: Organization) -> dict[str, object]:
    """The listing's own columns for these terms."""
    if session.get(Category, terms.category_id) is None:
        raise CategoryNotFound(field="category")
    _require_pictures(session, terms.picture_ids)
    offers = [PriceOffer(variant.price_minor, variant.tiers or ()) for variant in terms.variants]
    dearest = max(
        price for offer in offers for price in (offer.price_minor, *(tier.price_minor for tier in offer.tiers))
    )
    (highest,) = dollar_cents(session, shop.currency, dearest)
    dollar_cents(session, shop.currency, *(one.sample.price_minor for one in terms.variants if one.sample))
    require_trusted(is_unseen=shop.opened_unseen_at is not None, on_sale=0, dearest_cents=highest)
    return {
        "category_id": terms.category_id,
        "titles": {language: " ".join(title.split()) for language, title in terms.titles.items()},
        "descriptions": {language: text.strip() for language, text in terms.descriptions.items() if text.strip()},
        "condition": terms.condition,
        "tax_class": terms.tax_class,
        "unit": terms.unit.strip(),
        "piece_unit": terms.piece_unit.strip(),
        "min_quantity": terms.min_quantity,
        "quantity_step": terms.quantity_step,
        "sample_most": terms.sample_most,
        "allows_offers": takes_offers(terms, shop.kind),
        **card_prices(session, shop.currency, offers),
        "picture_id": terms.picture_ids[0] if terms.picture_ids else None,
    }


def write_parts(session: Session, listing: Listing, terms: ListingTerms) -> None:
    """Variants, pictures and search words."""
    write_variants(session, listing, terms.variants)
    _write_pictures(session, listing, terms.picture_ids)
    write_search(session, [listing.id])


def _write_pictures(session: Session, listing: Listing, picture_ids: Sequence[UUID]) -> None:
    distinct = list(dict.fromkeys(picture_ids))
    session.execute(delete(ListingPicture).where(ListingPicture.listing_id == listing.id))
    session.add_all(
        ListingPicture(listing_id=listing.id, position=position, picture_id=picture_id)
        for position, picture_id in enumerate(distinct)
    )
    session.flush()


def _require_pictures(session: Session, picture_ids: Sequence[UUID]) -> None:
    # A picture stored once by content may have come from another shop first; having its id is having uploaded it.
    found = session.scalars(select(Picture.id).where(Picture.id.in_(picture_ids))).all()
    if len(found) != len(set(picture_ids)):
        raise PictureNotYours(field="pictures")


def _free_slug(session: Session, terms: ListingTerms) -> str:
    title = terms.titles.get("en") or next(iter(terms.titles.values()))
    wanted = plain_slug(title, fallback="goods")
    taken = session.scalar(select(Listing.id).where(Listing.slug == wanted))
    return f"{wanted}-{secrets.token_hex(3)}" if taken or wanted == "goods" else wanted
