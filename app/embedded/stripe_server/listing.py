"""Cursor paging and filters, as every Stripe list has them. Source: the API reference, "Pagination"."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.embedded.stripe_server.params import Reader, record, span, text, whole
from app.embedded.stripe_server.store import Row
from app.embedded.stripe_server.work import Work

PAGING: dict[str, Reader] = {"limit": whole(1, 100), "starting_after": text(), "ending_before": text()}
DEFAULT_LIMIT = 10


def list_params(**filters: Reader) -> Reader:
    return record(PAGING | filters)


def created_params(**filters: Reader) -> Reader:
    return list_params(created=span, **filters)


def within(value: int, bounds: Mapping[str, int] | None) -> bool:
    bounds = bounds or {}
    return (
        value > bounds.get("gt", value - 1)
        and value >= bounds.get("gte", value)
        and value < bounds.get("lt", value + 1)
        and value <= bounds.get("lte", value)
    )


def matching(rows: Iterable[Row], params: Mapping[str, Any], *, same: tuple[str, ...] = ()) -> list[Row]:
    """Rows within `created` whose fields named in `same` equal the parameters of that name."""
    wanted = {name: params[name] for name in same if name in params}
    return [
        row
        for row in rows
        if within(row["created"], params.get("created")) and all(row[name] == value for name, value in wanted.items())
    ]


def page(
    work: Work, kind: str, rows: list[Row], params: Mapping[str, Any], url: str, *, oldest_first: bool = False
) -> Row:
    """One page of rows given newest first, unless said otherwise. Raises ApiError for a cursor that does not exist."""
    limit = params.get("limit", DEFAULT_LIMIT)
    order = work.newest(kind)[:: -1 if oldest_first else 1]
    if after := params.get("starting_after"):
        cursor = work.require(kind, after, param="starting_after", status=400)
        rows = _beyond(rows, cursor, order)
        return _list(rows[:limit], url, has_more=len(rows) > limit)
    if before := params.get("ending_before"):
        cursor = work.require(kind, before, param="ending_before", status=400)
        rows = _beyond(rows[::-1], cursor, order[::-1])
        return _list(rows[:limit][::-1], url, has_more=len(rows) > limit)
    return _list(rows[:limit], url, has_more=len(rows) > limit)


def _beyond(rows: list[Row], cursor: Row, order: list[Row]) -> list[Row]:
    """The rows that come after the cursor in the given order, whether or not the cursor passes the filters."""
    rest = {row["id"] for row in order[[row["id"] for row in order].index(cursor["id"]) + 1 :]}
    return [row for row in rows if row["id"] in rest]


def _list(rows: list[Row], url: str, *, has_more: bool) -> Row:
    return {"object": "list", "data": rows, "has_more": has_more, "url": url}


def lister(kind: str, url: str, *, same: tuple[str, ...] = ()) -> Any:
    """The handler of a plain list endpoint."""

    def handle(work: Work, params: Mapping[str, Any]) -> Row:
        return page(work, kind, matching(work.newest(kind), params, same=same), params, url)

    return handle
