"""Stock and price of many choices at once, for programs that keep them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from app.catalog.actions.write_variants import change_stock
from app.catalog.errors import UnusablePrice, VariantNotFound
from app.catalog.models import Listing, Variant, is_offered
from app.catalog.rules.listings import require_price_in_reach, require_stock
from app.errors import DomainError
from app.fx.queries import rate_for
from app.identity.actor import Actor
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING, STOCKING
from app.money.amounts import Money, Rate


@dataclass(frozen=True)
class TableLine:
    """What is to be different of a variant; None stays. The price is in minor units of the shop's currency."""

    variant_id: UUID
    stock: int | None = None
    stock_seen: int | None = None
    price_minor: int | None = None


@dataclass(frozen=True)
class LineResult:
    variant_id: UUID
    refusal: DomainError | None = None


def set_table(session: Session, actor: Actor, organization_id: UUID, lines: Sequence[TableLine]) -> list[LineResult]:
    """Change what can be changed and say of every other line why not. So many statements, however many lines.

    Who may not set prices finds nothing to set a price of. Raises ShopNotFound for somebody else's shop.
    """
    shop = shop_run_by(session, actor, organization_id, STOCKING)
    wanted = [line.variant_id for line in lines]
    priced = {line.variant_id for line in lines if line.price_minor is not None}
    listings = _locked_listings(session, shop.id, priced)
    variants = _locked_variants(session, shop.id, wanted)
    rate = rate_for(session, shop.currency).rate
    may_price = actor.member_of(shop.id, SELLING)
    results, touched = [], set()
    for line in lines:
        variant = variants.get(line.variant_id)
        try:
            if variant is None or (line.price_minor is not None and not may_price):
                raise VariantNotFound
            if _change(variant, line, rate):
                touched.add(variant.listing_id)
        except DomainError as refusal:
            results.append(LineResult(line.variant_id, refusal))
        else:
            results.append(LineResult(line.variant_id))
    session.flush()
    _reprice(session, [listing for listing in listings if listing.id in touched], rate)
    return results


def _locked_listings(session: Session, organization_id: UUID, variant_ids: Collection[UUID]) -> Sequence[Listing]:
    """Before their variants, in id order, as everybody does who changes prices."""
    having = select(Variant.listing_id).where(Variant.id.in_(variant_ids))
    query = select(Listing).where(Listing.id.in_(having), Listing.organization_id == organization_id)
    apart = (lazyload(Listing.variants), lazyload(Listing.organization), lazyload(Listing.category))
    query = query.options(*apart, lazyload(Listing.picture)).order_by(Listing.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).all() if variant_ids else []


def _locked_variants(session: Session, organization_id: UUID, variant_ids: Collection[UUID]) -> dict[UUID, Variant]:
    mine = select(Listing.id).where(Listing.organization_id == organization_id)
    query = select(Variant).where(Variant.id.in_(variant_ids), Variant.listing_id.in_(mine), is_offered())
    query = query.order_by(Variant.id).with_for_update().execution_options(populate_existing=True)
    return {variant.id: variant for variant in session.scalars(query)}


def _change(variant: Variant, line: TableLine, rate: Rate) -> bool:
    """All of the line or nothing of it; whether the price is another one."""
    price = variant.price_minor if line.price_minor is None else line.price_minor
    if price != variant.price_minor:
        if price <= 0:
            raise UnusablePrice(field="price")
        require_price_in_reach(rate.to_usd(Money(price, rate.currency)).minor)
    if line.stock is not None:
        require_stock(line.stock)
        change_stock(variant, line.stock, line.stock_seen)
    is_other = price != variant.price_minor
    variant.price_minor = price
    return is_other


def _reprice(session: Session, listings: Sequence[Listing], rate: Rate) -> None:
    """The cheapest choice is the listing's price."""
    lowest = (
        select(Variant.listing_id, func.min(Variant.price_minor))
        .where(Variant.listing_id.in_([listing.id for listing in listings]), ~Variant.is_retired)
        .group_by(Variant.listing_id)
    )
    found = {row[0]: row[1] for row in session.execute(lowest)} if listings else {}
    for listing in listings:
        listing.price_minor = found[listing.id]
        listing.price_usd_cents = rate.to_usd(Money(found[listing.id], rate.currency)).minor
        listing.version += 1
    session.flush()
