"""The numbers beside the filters."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select, text, true
from sqlalchemy.orm import Session

from app.catalog.models import Listing
from app.catalog.queries.shelf import Shelf, has_stock, narrowed, on_sale
from app.identity.models import Organization
from app.pricing.queries import Buyer

_CHIPS = frozenset({"country", "condition", "in_stock"})


@dataclass(frozen=True)
class ShelfCounts:
    """How many goods each choice would show. A filter's own numbers leave that filter out.

    `in_stock` is None where counting it would mean to look at the stock of the whole market.
    """

    total: int = 0
    in_stock: int | None = 0
    countries: dict[str, int] = field(default_factory=dict)
    conditions: dict[str, int] = field(default_factory=dict)


def shelf_counts(session: Session, shelf: Shelf) -> ShelfCounts:
    """All counts from one query: goods grouped by the three chips, summed up here."""
    if shelf.words and not shelf.asks_words:
        return ShelfCounts()
    knows_stock = bool(shelf.category_id or shelf.organization_id or shelf.in_stock)
    rows = session.execute(narrowed(_grouped(knows_stock, shelf.buyer), shelf, leave_out=_CHIPS)).all()
    in_stock = sum(row.goods for row in rows if row.stocked and _fits(row, shelf, leave_out="in_stock"))
    return ShelfCounts(
        total=sum(row.goods for row in rows if _fits(row, shelf)),
        in_stock=in_stock if knows_stock else None,
        countries=_by(rows, shelf, "country"),
        conditions=_by(rows, shelf, "condition"),
    )


def _grouped(knows_stock: bool, buyer: Buyer | None) -> Select[*tuple[Any, ...]]:
    """How many goods on sale of each country, condition and, where asked for, state of the stock."""
    return on_sale(_columns(knows_stock), buyer)


@cache
def _columns(knows_stock: bool) -> Select[*tuple[Any, ...]]:
    stocked = (has_stock() if knows_stock else true()).label("stocked")
    columns = (Organization.country, Listing.condition, stocked, func.count().label("goods"))
    return select(*columns).select_from(Listing).group_by(Organization.country, Listing.condition, text("stocked"))


def _fits(row: Any, shelf: Shelf, *, leave_out: str = "") -> bool:
    return (
        (leave_out == "country" or not shelf.country or row.country == shelf.country)
        and (leave_out == "condition" or not shelf.condition or row.condition == shelf.condition)
        and (leave_out == "in_stock" or not shelf.in_stock or row.stocked)
    )


def _by(rows: Any, shelf: Shelf, column: str) -> dict[str, int]:
    """Most goods first."""
    sums: dict[str, int] = {}
    for row in rows:
        if _fits(row, shelf, leave_out=column):
            value = getattr(row, column)
            sums[value] = sums.get(value, 0) + row.goods
    return dict(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])))
