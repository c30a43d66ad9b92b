"""Cursor paging: the cursor is the sort key of the last row; unsigned, because it only narrows a query."""

import base64
import binascii
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.errors import N_, Invalid

T = TypeVar("T")
_LONGEST = 500
_BIGINT = 2**63
_YEARS = 1970, 9999  # what moves to another zone within PostgreSQL's and Python's calendars


class BadCursor(Invalid):
    code = "bad-cursor"
    message = N_("This page link is damaged. Start again from the first page.")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows; `next_cursor` is None on the last one."""

    rows: Sequence[T]
    next_cursor: str | None


def encode_cursor(values: Sequence[Any]) -> str:
    raw = json.dumps([_plain(value) for value in values], separators=(",", ":"))
    return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, UUID):
        return {"u": str(value)}
    if isinstance(value, bytes):
        return {"b": value.hex()}
    return value


_READERS: dict[str, Callable[[str], Any]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "u": UUID,
    "b": bytes.fromhex,
}


def _rich(value: Any) -> Any:
    if isinstance(value, dict):
        ((kind, text),) = value.items()
        return _READERS[kind](text)
    return value


def decode_cursor(cursor: str, columns: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]]) -> list[Any]:
    """One value for each of `columns`, of its type. Raises BadCursor for anything that `encode_cursor` did not write."""
    if len(cursor) > _LONGEST:
        raise BadCursor
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        rich = [_rich(value) for value in values]
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise BadCursor from error
    if not isinstance(values, list) or len(rich) != len(columns):
        raise BadCursor
    if not all(_fits(value, column.type.python_type) for value, column in zip(rich, columns, strict=True)):
        raise BadCursor
    return rich


def _fits(value: Any, kind: type) -> bool:
    """Whether PostgreSQL can compare `value` with a column of `kind`."""
    if kind in {int, float}:
        return type(value) in {int, kind} and math.isfinite(value) and abs(value) < _BIGINT
    if kind is datetime:
        return isinstance(value, datetime) and value.tzinfo is not None and _YEARS[0] < value.year < _YEARS[1]
    if kind is str:
        return isinstance(value, str) and value.isprintable()
    return type(value) is kind


def fetch_page(
    session: Session,
    query: Select[*tuple[Any, ...]],
    *,
    order: Sequence[ColumnElement[Any] | InstrumentedAttribute[Any]],
    descending: bool,
    cursor: str | None,
    size: int,
) -> Page[Any]:
    """One page of `query`. `order` are selected columns, the last one unique; one extra row tells if more follow."""
    if cursor:
        values = tuple_(*decode_cursor(cursor, order))
        query = query.where(tuple_(*order) < values if descending else tuple_(*order) > values)
    query = query.order_by(*(column.desc() if descending else column.asc() for column in order)).limit(size + 1)
    rows = session.execute(query).all()
    shown = rows[:size]
    more = encode_cursor([shown[-1]._mapping[column] for column in order]) if len(rows) > size else None  # noqa: SLF001
    return Page(shown, more)
