"""A row of a copy, and the columns of a row of the database in it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

Row = Mapping[str, Any]


def of(row: object, *columns: str) -> dict[str, Any]:
    return {column: getattr(row, column) for column in columns}


def text_of(texts: Mapping[str, str]) -> str:
    return texts.get("en") or next(iter(texts.values()), "")


def plain(value: Any) -> Any:
    """As JSON can hold it."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    return "0x" + value.hex() if isinstance(value, bytes) else value
