"""Loading one row to change it. The query carries the authorization; a stranger finds nothing."""

from typing import TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.errors import DomainError

Row = TypeVar("Row")


def lock_one(session: Session, query: Select[Row], *, missing: type[DomainError]) -> Row:
    """The one row of `query`, locked until the transaction ends and as it is now. Raises `missing` when there is none."""
    # A row this session read before the lock was taken may have changed since.
    locked = query.with_for_update().execution_options(populate_existing=True)
    row: Row | None = session.execute(locked).unique().scalar_one_or_none()
    if row is None:
        raise missing
    return row


def load_one(session: Session, query: Select[Row], *, missing: type[DomainError]) -> Row:
    """The one row of `query`. Raises `missing` when there is none."""
    row: Row | None = session.execute(query).unique().scalar_one_or_none()
    if row is None:
        raise missing
    return row
