"""Several small answers in one statement: each is a list within one row, and comes out with the types of its columns.

For pages that ask of many tables a few rows each. A list that can be long is asked for by itself.
"""

from collections import namedtuple
from collections.abc import Callable
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Float, Function, Interval, LargeBinary, Numeric, Select, Uuid, func, select
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine


def at_once(session: Session, *queries: Select[*tuple[Any, ...]]) -> list[list[Any]]:
    """The rows of each, with their columns by name: the same as asking one after the other."""
    if session.autoflush:
        session.flush()
    answers = session.execute(select(*map(listed, queries))).one()
    return [rows_of(query, answer) for query, answer in zip(queries, answers, strict=True)]


def listed(query: Select[*tuple[Any, ...]]) -> Function[Any]:
    """The rows of `query`, in its order, as one value of another one; `rows_of` reads it."""
    each = query.with_only_columns(func.json_build_array(*query.selected_columns), maintain_column_froms=True)
    return func.array(each.scalar_subquery())


def rows_of(query: Select[*tuple[Any, ...]], answer: list[list[Any]]) -> list[Any]:
    """What `listed` found, as rows with names and types."""
    columns = tuple(query.selected_columns)
    row = _row(tuple(str(column.key) for column in columns))
    kinds = [_reader(column.type) for column in columns]
    return [
        row._make(value if value is None else read(value) for read, value in zip(kinds, values, strict=True))
        for values in answer
    ]


@cache
def _row(names: tuple[str, ...]) -> Any:
    return namedtuple("Row", names, rename=True)  # noqa: PYI024 - its fields are known when the query is


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any]:
    """How JSON says a value of this type. Raises TypeError for one that it would say inexactly."""
    for types, read in _READERS:
        if isinstance(kind, types):
            return read
    inner = getattr(kind, "impl_instance", kind)
    if isinstance(inner, (Float, Interval)) or (isinstance(inner, Numeric) and inner.scale != 0):
        msg = f"{kind!r} does not come through JSON as it is"
        raise TypeError(msg)
    return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _bytes(value: str) -> bytes:
    return bytes.fromhex(value.removeprefix("\\x"))


_READERS: tuple[tuple[type[TypeEngine[Any]], Callable[[Any], Any]], ...] = (
    (Uuid, UUID),
    (DateTime, datetime.fromisoformat),
    (Date, date.fromisoformat),
    (LargeBinary, _bytes),
)
