"""The seller's goods table."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from app.catalog.errors import ListingNotFound
from app.catalog.models import Listing, ListingPicture, Variant, is_offered
from app.catalog.queries.own import listing_sold_by
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor
from app.identity.queries import shop_run_by
from app.identity.rules.roles import STOCKING
from app.media.models import Picture

LOW_STOCK = 5


@dataclass(frozen=True)
class GoodsRow:
    """A listing of the own shop with its live variants, and by the id of a variant the sample there is of it."""

    listing: Any
    variants: Sequence[Variant]
    samples: Mapping[UUID, Variant]


def goods_table(
    session: Session,
    actor: Actor,
    organization_id: UUID,
    *,
    status: str = "",
    cursor: str | None = None,
    size: int = 25,
) -> Page[GoodsRow]:
    """Newest first, drafts included. Raises ShopNotFound for somebody else's. Three queries at any length."""
    shop_run_by(session, actor, organization_id, STOCKING)
    query = (
        select(
            Listing.id,
            Listing.slug,
            Listing.titles,
            Listing.status,
            Listing.currency,
            Listing.unit,
            Listing.piece_unit,
            Listing.price_minor,
            Listing.version,
            Picture.sha256,
        )
        .outerjoin(Picture, Picture.id == Listing.picture_id)
        .where(Listing.organization_id == organization_id)
    )
    if status:
        query = query.where(Listing.status == status)
    page = fetch_page(session, query, order=[Listing.id], descending=True, cursor=cursor, size=size)
    variants = _variants_of(session, [row.id for row in page.rows])
    return Page([_goods_row(row, variants.get(row.id, [])) for row in page.rows], page.next_cursor)


def goods_counts(session: Session, organization_id: UUID) -> dict[str, int]:
    """How many listings of the shop are in each state."""
    counted = select(Listing.status, func.count()).where(Listing.organization_id == organization_id)
    return dict(session.execute(counted.group_by(Listing.status)).all())


def newest_goods(session: Session, organization_ids: Collection[UUID], *, size: int = 5) -> dict[UUID, list[Any]]:
    """The newest few of each shop, drafts left out; `total` counts all of them."""
    of_shop = Listing.organization_id
    ranked = (
        select(
            of_shop,
            Listing.slug,
            Listing.titles,
            func.count().over(partition_by=of_shop).label("total"),
            func.row_number().over(partition_by=of_shop, order_by=Listing.id.desc()).label("place"),
        )
        .where(of_shop.in_(organization_ids), Listing.status == "active")
        .subquery()
    )
    found: dict[UUID, list[Any]] = {}
    for row in session.execute(select(ranked).where(ranked.c.place <= size).order_by(ranked.c.place)):
        found.setdefault(row.organization_id, []).append(row)
    return found


def listing_to_edit(session: Session, actor: Actor, listing_id: UUID) -> Listing:
    """With variants and pictures. Raises ListingNotFound for somebody else's."""
    query = listing_sold_by(actor, listing_id).options(
        selectinload(Listing.variants), selectinload(Listing.pictures).joinedload(ListingPicture.picture)
    )
    listing = session.execute(query).unique().scalar_one_or_none()
    if listing is None:
        raise ListingNotFound
    return listing


def low_stock(organization_id: UUID) -> Select[int]:
    """How many variants on sale are nearly gone, for the desk's list of what needs somebody.

    Of used things there is one: nobody makes another.
    """
    return (
        select(func.count().label("variants"))
        .select_from(Variant)
        .join(Listing, Listing.id == Variant.listing_id)
        .where(Listing.organization_id == organization_id, Listing.status == "active", ~Variant.is_retired)
        .where(Variant.stock - Variant.reserved < LOW_STOCK, Listing.condition == "new")
    )


def any_goods(organization_id: UUID) -> Select[UUID]:
    """One row when the shop has any goods, shown or not; none otherwise."""
    return select(Listing.id).where(Listing.organization_id == organization_id).limit(1)


def _goods_row(row: Any, variants: Sequence[Variant]) -> GoodsRow:
    samples = {variant.sample_of_id: variant for variant in variants if variant.sample_of_id}
    return GoodsRow(row, [variant for variant in variants if not variant.is_sample], samples)


def _variants_of(session: Session, listing_ids: Sequence[UUID]) -> dict[UUID, list[Variant]]:
    query = select(Variant).where(Variant.listing_id.in_(listing_ids), is_offered())
    grouped: dict[UUID, list[Variant]] = {}
    for variant in session.scalars(query.order_by(Variant.listing_id, Variant.position, Variant.id)):
        grouped.setdefault(variant.listing_id, []).append(variant)
    return grouped
