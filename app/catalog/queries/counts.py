"""The numbers beside the filters."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.models import Listing
from app.catalog.queries.shelf import Shelf, has_stock, narrowed, on_sale
from app.identity.models import Organization

_CHIPS = frozenset({"country", "condition", "in_stock"})


@dataclass(frozen=True)
class ShelfCounts:
    """How many goods each choice would show. A filter's own numbers leave that filter out."""

    total: int = 0
    in_stock: int = 0
    countries: dict[str, int] = field(default_factory=dict)
    conditions: dict[str, int] = field(default_factory=dict)


def shelf_counts(session: Session, shelf: Shelf) -> ShelfCounts:
    """All counts from one query: goods grouped by the three chips, summed up here."""
    if shelf.words and not shelf.asks_words:
        return ShelfCounts()
    stocked = has_stock().label("stocked")
    grouped = narrowed(
        on_sale(
            select(Organization.country, Listing.condition, stocked, func.count().label("count")).select_from(Listing)
        ),
        shelf,
        leave_out=_CHIPS,
    ).group_by(Organization.country, Listing.condition, stocked)
    rows = session.execute(grouped).all()
    return ShelfCounts(
        total=sum(row.count for row in rows if _fits(row, shelf)),
        in_stock=sum(row.count for row in rows if row.stocked and _fits(row, shelf, leave_out="in_stock")),
        countries=_by(rows, shelf, "country"),
        conditions=_by(rows, shelf, "condition"),
    )


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
            sums[value] = sums.get(value, 0) + row.count
    return dict(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])))
