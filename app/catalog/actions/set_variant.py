"""Stock and price from the goods table, one cell at a time."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.actions.price_in_dollars import dollar_cents, follow_prices
from app.catalog.actions.write_variants import change_stock
from app.catalog.errors import UnusablePrice, VariantNotFound
from app.catalog.models import Listing, Variant
from app.catalog.queries.own import variant_sold_by
from app.catalog.rules.listings import require_stock
from app.catalog.rules.private import require_trusted
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.identity.rules.roles import SELLING
from app.pricing.rules.tiers import Tier, kept, require_tiers


def set_stock(session: Session, actor: Actor, variant_id: UUID, *, stock: int, seen: int | None = None) -> Variant:
    """`seen` is the stock on the page where the new one was typed.

    Raises VariantNotFound for somebody else's, UnusableStock, StockMoved, StockBelowHeld.
    """
    require_stock(stock)
    variant = lock_one(session, variant_sold_by(actor, variant_id), missing=VariantNotFound)
    change_stock(variant, stock, seen)
    session.flush()
    return variant


def set_price(session: Session, actor: Actor, variant_id: UUID, *, price_minor: int) -> Variant:
    """In minor units of the shop's currency. Carts show the new price, placed orders keep theirs.

    Raises VariantNotFound for somebody else's, UnusablePrice, TooDearUnseen.
    """
    if price_minor <= 0:
        raise UnusablePrice(field="price")
    listing, variant = _locked(session, actor, variant_id)
    (cents,) = dollar_cents(session, listing.currency, price_minor)
    require_trusted(is_unseen=listing.organization.opened_unseen_at is not None, on_sale=0, dearest_cents=cents)
    variant.price_minor = price_minor
    _follow_prices(session, listing)
    return variant


def set_tiers(session: Session, actor: Actor, variant_id: UUID, *, tiers: Sequence[Tier]) -> Variant:
    """Other prices from a quantity on; none takes them all away.

    Raises VariantNotFound for somebody else's, UnusableTiers, UnusablePrice.
    """
    listing, variant = _locked(session, actor, variant_id)
    require_tiers(tiers, minimum=listing.min_quantity)
    variant.price_tiers = kept(tiers)
    _follow_prices(session, listing)
    return variant


def _locked(session: Session, actor: Actor, variant_id: UUID) -> tuple[Listing, Variant]:
    """The listing's row first, then the variant's, as an edit of the listing takes them."""
    listing = session.scalar(
        select(Listing)
        .where(Listing.id == select(Variant.listing_id).where(Variant.id == variant_id).scalar_subquery())
        .with_for_update(of=Listing)
    )
    variant = lock_one(session, variant_sold_by(actor, variant_id, SELLING), missing=VariantNotFound)
    assert listing is not None
    return listing, variant


def _follow_prices(session: Session, listing: Listing) -> None:
    """Who edits the whole listing from an older page is told."""
    session.flush()
    follow_prices(session, listing)
    listing.version += 1
    session.flush()
