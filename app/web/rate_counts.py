"""The counters of Flask-Limiter in PostgreSQL, so that all web processes of a market count together.

One statement a try, in a transaction of its own: a try counts also when the request fails. The table is unlogged, for
what is counted is worth nothing after a crash.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import g
from limits.storage import Storage
from sqlalchemy import case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db.session import reading, transaction
from app.web.models import RateCount

SCHEME = "market-database"


class DatabaseCounts(Storage):
    """Windows begin with their first try (`fixed-window`)."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - the library's registry reads it from the class
    base_exceptions = (SQLAlchemyError, RuntimeError)  # RuntimeError: no database configured

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count a try; how many there are in the window now."""
        window = timedelta(seconds=expiry)
        first = insert(RateCount).values(key=_digest(key), hits=amount, ends_at=func.now() + window)
        is_over = RateCount.ends_at <= func.now()
        counted = first.on_conflict_do_update(
            index_elements=[RateCount.key],
            set_={
                "hits": case((is_over, amount), else_=RateCount.hits + amount),
                "ends_at": case((is_over, func.now() + window), else_=RateCount.ends_at),
            },
        ).returning(RateCount.hits, RateCount.ends_at)
        with transaction() as session:
            hits, ends_at = session.execute(counted).one()
        _of_this_request()[key] = int(hits), ends_at
        return int(hits)

    def get(self, key: str) -> int:
        return self._look(key)[0]

    def get_expiry(self, key: str) -> float:
        return self._look(key)[1].timestamp()

    def check(self) -> bool:
        """Whether the database answers."""
        try:
            with reading() as session:
                return session.scalar(select(1)) == 1
        except self.base_exceptions:
            return False

    def reset(self) -> int:
        with transaction() as session:
            return len(session.execute(delete(RateCount).returning(RateCount.key)).all())

    def clear(self, key: str) -> None:
        with transaction() as session:
            session.execute(delete(RateCount).where(RateCount.key == _digest(key)))

    def _look(self, key: str) -> tuple[int, datetime]:
        """The headers of an answer say what was just counted; that is not asked for again."""
        if known := _of_this_request().get(key):
            return known
        found = select(RateCount.hits, RateCount.ends_at).where(
            RateCount.key == _digest(key), RateCount.ends_at > func.now()
        )
        with reading() as session:
            row = session.execute(found).one_or_none()
        return (row.hits, row.ends_at) if row else (0, datetime.now(UTC))


def forget_old_counts(session: Session, now: datetime) -> None:
    """Windows that are over."""
    session.execute(delete(RateCount).where(RateCount.ends_at < now))


def _of_this_request() -> dict[str, tuple[int, Any]]:
    if "rate_counts" not in g:
        g.rate_counts = {}
    counted: dict[str, tuple[int, Any]] = g.rate_counts
    return counted


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode(errors="replace")).digest()
