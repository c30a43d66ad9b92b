"""The months of the books: where each begins and ends, and what it takes."""

import re
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.ledger.errors import NoSuchMonth
from app.ledger.models import Journal
from app.ledger.period_models import Books
from app.ledger.sql_files import statement

TO_COME, RUNNING, OPEN, SOFT_CLOSED, CLOSED = "to_come", "running", "open", "soft_closed", "closed"
"""Not begun; not over yet; over and taking entries; taking corrections of people only; taking nothing."""
_MONTH = re.compile(r"(?:19|2[0-9])[0-9]{2}-(?:0[1-9]|1[0-2])")
BOOKS_LOCK = 7_303_039
"""Who posts holds it together with others, who closes alone."""


@dataclass(frozen=True)
class Month:
    """`period` as `2026-10`; `ends_at` is the first moment that is no longer in it.

    Of a month that is closed for good `version`, `hash` and `taken_at` tell its snapshot; a month that was closed together
    with a later one, before the first snapshot, has none. `closed_by` is who closed it as far as it is closed.
    """

    period: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    state: str
    snapshot_id: UUID | None
    version: int | None
    hash: bytes | None
    taken_at: datetime | None
    late_count: int
    is_first: bool
    closed_by: UUID | None
    closed_at: datetime | None


def months(session: Session, first: str, last: str) -> list[Month]:
    """From one month to another, both included."""
    rows = session.execute(statement("months"), {"first": first, "last": last}).mappings()
    return [Month(**row) for row in rows]


def month(session: Session, period: str) -> Month:
    """One that has begun. Raises NoSuchMonth."""
    if not _MONTH.fullmatch(period):
        raise NoSuchMonth
    (found,) = months(session, period, period)
    if found.state == TO_COME:
        raise NoSuchMonth
    return found


def span(session: Session) -> tuple[str, str]:
    """The first month with an entry, and the one that is running."""
    month_of_now = select(func.to_char(func.timezone(Books.time_zone, func.now()), "YYYY-MM")).scalar_subquery()
    first = select(Journal.period).order_by(Journal.booked_at, Journal.id).limit(1).scalar_subquery()
    found: Row[str | None, str] = session.execute(select(first, month_of_now)).one()
    return min(found[0] or found[1], found[1]), found[1]


def next_to_close(session: Session, column: str) -> str | None:
    """The month after what is `soft_closed_through` or `closed_through`; None while nothing was closed."""
    books = session.scalars(select(Books)).one()
    return session.scalar(select(func.to_char(func.timezone(Books.time_zone, getattr(books, column)), "YYYY-MM")))


def lock_books(session: Session) -> None:
    """Until this transaction ends nobody posts; it waits for those who are posting."""
    session.execute(select(func.pg_advisory_xact_lock(BOOKS_LOCK)))
