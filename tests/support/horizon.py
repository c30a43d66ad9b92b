"""Journals are sealed once no transaction is running that may still commit an earlier one, of the whole server."""

from sqlalchemy import text

from app.db.session import reading
from tests.support.waiting import wait_for

_CLEAR = text("SELECT pg_snapshot_xmin(now) = pg_snapshot_xmax(now) FROM pg_current_snapshot() AS now")


def nobody_writes() -> None:
    """Wait for PostgreSQL's own transactions and those of other tests, which hold a seal up."""

    def is_clear() -> bool:
        with reading() as session:
            return bool(session.scalar(_CLEAR))

    wait_for(is_clear, what="no running transaction")
