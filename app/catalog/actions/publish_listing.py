"""Putting goods on sale and taking them off."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.actions.edit_listing import locked_listing
from app.catalog.actions.price_in_dollars import dollar_cents
from app.catalog.errors import ListingRemoved, NotReadyToPublish, PictureMissing, SendingMissing
from app.catalog.events import ListingOnSale
from app.catalog.models import Listing, Variant
from app.catalog.queries.private import has_audience
from app.catalog.rules.listings import ON_SALE
from app.catalog.rules.private import require_private, require_trusted
from app.config.days import day_in
from app.events.bus import publish
from app.identity.actor import Actor
from app.shipping.queries import sends_goods


def publish_listing(session: Session, actor: Actor, listing_id: UUID, *, now: datetime) -> Listing:
    """On sale as soon as the shop is approved, to everybody or to its audience. Needs a picture and a shipping method.

    Raises ListingNotFound, ListingRemoved, NotReadyToPublish, of private persons BecomeTrader, TooManyUnseen and
    TooDearUnseen, and what those raise who hear of it. Twice is the same as once.
    """
    listing = locked_listing(session, actor, listing_id)
    if listing.status == "removed":
        raise ListingRemoved
    is_pictured, is_sent = listing.picture_id is not None, sends_goods(session, listing.organization_id)
    if not is_pictured:
        raise PictureMissing if is_sent else NotReadyToPublish
    if not is_sent:
        raise SendingMissing
    if listing.status not in ON_SALE:
        _require_may_sell(session, listing, now)
    listing.status = "private" if has_audience(session, listing.id) else "active"
    listing.published_at = listing.published_at or now
    session.flush()
    publish(session, ListingOnSale(listing.id))
    return listing


def _require_may_sell(session: Session, listing: Listing, now: datetime) -> None:
    """What is on sale already stays; something more is asked for here. Raises what `rules.private` raises."""
    shop = listing.organization
    today = day_in(shop.time_zone, now)
    require_private(kind=shop.kind, limit_reached_on=shop.limit_reached_on, today=today)
    if shop.opened_unseen_at is None:
        return
    on_sale = select(func.count()).where(Listing.organization_id == shop.id, Listing.status.in_(ON_SALE))
    dearest = select(func.max(Variant.price_minor)).where(Variant.listing_id == listing.id, ~Variant.is_retired)
    (cents,) = dollar_cents(session, listing.currency, session.scalars(dearest).one())
    require_trusted(is_unseen=True, on_sale=session.scalars(on_sale).one(), dearest_cents=cents)


def pause_listing(session: Session, actor: Actor, listing_id: UUID) -> Listing:
    """Off sale; a running checkout may still be paid. Raises ListingNotFound."""
    listing = locked_listing(session, actor, listing_id)
    if listing.status in ON_SALE:
        listing.status = "paused"
    session.flush()
    return listing
