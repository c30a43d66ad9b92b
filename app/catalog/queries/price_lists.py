"""The seller's price lists, and the goods of the shop as one of them prices them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.catalog.queries.desk import GoodsRow, goods_table
from app.db.locks import load_one
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor
from app.identity.rules.roles import SELLING
from app.pricing.errors import PriceListNotFound
from app.pricing.models import ListPrice, PriceList, PriceListGroup
from app.pricing.queries import lists_run_by


@dataclass(frozen=True)
class ListGoods:
    """A page of the shop's goods, and the list's own price of each variant that has one."""

    page: Page[GoodsRow]
    prices: dict[UUID, ListPrice]


def price_lists(session: Session, actor: Actor, organization_id: UUID) -> Sequence[Any]:
    """Each list of a shop with how many groups it is for and how many prices of its own it has, by name."""
    return session.execute(_counted_lists(actor, organization_id).order_by(PriceList.name, PriceList.id)).all()


def price_list_page(
    session: Session, actor: Actor, organization_id: UUID, *, cursor: str | None, size: int
) -> Page[Any]:
    """As `price_lists`, a page at a time."""
    query, order = _counted_lists(actor, organization_id), [PriceList.name, PriceList.id]
    return fetch_page(session, query, order=order, descending=False, cursor=cursor, size=size)


def _counted_lists(actor: Actor, organization_id: UUID) -> Select[*tuple[Any, ...]]:
    groups = (
        select(func.count()).where(PriceListGroup.price_list_id == PriceList.id).correlate(PriceList).scalar_subquery()
    )
    prices = select(func.count()).where(ListPrice.price_list_id == PriceList.id).correlate(PriceList).scalar_subquery()
    return (
        select(
            PriceList.id, PriceList.name, PriceList.off_bps, PriceList.is_fixed, PriceList.is_active, PriceList.version,
            groups.label("groups"), prices.label("prices"),
        )
        .where(
            PriceList.organization_id == organization_id, PriceList.organization_id.in_(actor.organizations(SELLING))
        )
    )  # fmt: skip


def price_list_run_by(session: Session, actor: Actor, list_id: UUID) -> PriceList:
    """Raises PriceListNotFound for somebody else's."""
    return load_one(session, lists_run_by(actor).where(PriceList.id == list_id), missing=PriceListNotFound)


def groups_of_list(session: Session, list_id: UUID) -> set[UUID]:
    return set(session.scalars(select(PriceListGroup.group_id).where(PriceListGroup.price_list_id == list_id)))


def list_goods(session: Session, actor: Actor, found: PriceList, *, cursor: str | None, size: int = 25) -> ListGoods:
    """Four queries at any length."""
    page = goods_table(session, actor, found.organization_id, cursor=cursor, size=size)
    ids = [variant.id for row in page.rows for variant in row.variants]
    rows = session.scalars(select(ListPrice).where(ListPrice.price_list_id == found.id, ListPrice.variant_id.in_(ids)))
    return ListGoods(page, {row.variant_id: row for row in rows})
