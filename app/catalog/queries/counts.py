"""The numbers beside the filters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.catalog.models import Listing
from app.catalog.queries.shelf import Shelf, has_stock, narrowed, on_sale
from app.catalog.rules.listings import CONDITIONS
from app.identity.models import Organization
from app.identity.rules.shops import SHOWN

_CHIPS = frozenset({"country", "condition", "in_stock"})
MOST_COUNTED = 300
"""Counting on would cost more than the rest of the page, and nobody reads the difference."""
Counts = Mapping[str, int | None]


@dataclass(frozen=True)
class ShelfCounts:
    """How many goods each choice would show. A filter's own numbers leave that filter out.

    With `is_more` there are more than `total`, and where more goods than that are to choose from, choices have no number.
    """

    total: int = 0
    is_more: bool = False
    in_stock: int | None = 0
    countries: Counts = field(default_factory=dict)
    conditions: Counts = field(default_factory=dict)


def shelf_counts(session: Session, shelf: Shelf) -> ShelfCounts:
    """All counts from one query: goods grouped by the three chips, summed up here. Of more goods than MOST_COUNTED it says so."""
    if shelf.words and not shelf.asks_words:
        return ShelfCounts()
    rows = session.execute(_grouped(shelf)).all()
    if sum(row.goods for row in rows) > MOST_COUNTED:
        return _of_many(session, shelf)
    return ShelfCounts(
        total=sum(row.goods for row in rows if _fits(row, shelf)),
        in_stock=sum(row.goods for row in rows if row.stocked and _fits(row, shelf, leave_out="in_stock")),
        countries=_by(rows, shelf, "country"),
        conditions=_by(rows, shelf, "condition"),
    )


def _of_many(session: Session, shelf: Shelf) -> ShelfCounts:
    """Every choice there may be, without numbers; how many fit all of them is counted as far as it goes."""
    found = session.scalars(_counted(shelf)).one()
    shown = select(Organization.country).where(Organization.status.in_(SHOWN)).distinct().order_by(Organization.country)
    return ShelfCounts(
        total=min(found, MOST_COUNTED),
        is_more=found > MOST_COUNTED,
        in_stock=None,
        countries=dict.fromkeys(session.scalars(shown)),
        conditions=dict.fromkeys(CONDITIONS),
    )


def _grouped(shelf: Shelf) -> Select[*tuple[Any, ...]]:
    """How many goods on sale of each country, condition and state of the stock, of the first ones found."""
    some = narrowed(on_sale(_columns(), shelf.buyer), shelf, leave_out=_CHIPS).limit(MOST_COUNTED + 1).subquery()
    columns = (some.c.country, some.c.condition, some.c.stocked)
    return select(*columns, func.count().label("goods")).group_by(*columns)


def _counted(shelf: Shelf) -> Select[int]:
    some = narrowed(on_sale(select(Listing.id), shelf.buyer), shelf).limit(MOST_COUNTED + 1).subquery()
    return select(func.count()).select_from(some)


@cache
def _columns() -> Select[*tuple[Any, ...]]:
    return select(Organization.country, Listing.condition, has_stock().label("stocked")).select_from(Listing)


def _fits(row: Any, shelf: Shelf, *, leave_out: str = "") -> bool:
    return (
        (leave_out == "country" or not shelf.country or row.country == shelf.country)
        and (leave_out == "condition" or not shelf.condition or row.condition == shelf.condition)
        and (leave_out == "in_stock" or not shelf.in_stock or row.stocked)
    )


def _by(rows: Any, shelf: Shelf, column: str) -> Counts:
    """Most goods first."""
    sums: dict[str, int] = {}
    for row in rows:
        if _fits(row, shelf, leave_out=column):
            value = getattr(row, column)
            sums[value] = sums.get(value, 0) + row.goods
    return dict(sorted(sums.items(), key=lambda pair: (-pair[1], pair[0])))
