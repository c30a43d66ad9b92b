"""Enqueueing into Procrastinate's tables, inside the caller's transaction. No broker, no second store."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import text
from sqlalchemy.orm import Session

# Never opened: each job is written through the session's own connection.
queue_app = App(connector=SyncPsycopgConnector())
_FREE = text(
    "SELECT NOT EXISTS (SELECT FROM procrastinate_jobs WHERE queueing_lock = :lock AND status = 'todo')"
    " AND pg_try_advisory_xact_lock(hashtextextended('queue:' || :lock, 0))"
)


def enqueue(
    session: Session,
    name: str,
    *,
    once: str | None = None,
    schedule_at: datetime | None = None,
    **arguments: Any,
) -> None:
    """Put job `name` on the queue; it exists only if the transaction commits.

    `once` is a queueing lock: while such a job waits, another one with the same lock is not added, nor while somebody
    else is adding one and has not committed. Waiting for that would be a deadlock, when two add two such jobs in
    different order; should the other one fail, its job comes with the next periodic run. What waits is looked for
    first, because a refusal costs a savepoint and an ERROR in PostgreSQL's log.
    """
    session.flush()
    if once is None:
        _defer(session, name, None, schedule_at, arguments)
    elif session.scalar(_FREE, {"lock": once}):
        with suppress(AlreadyEnqueued), session.begin_nested():
            _defer(session, name, once, schedule_at, arguments)


def _defer(
    session: Session, name: str, once: str | None, schedule_at: datetime | None, arguments: dict[str, Any]
) -> None:
    # Asked for here: SQLAlchemy sends SAVEPOINT when the nested transaction first uses the connection.
    connection = session.connection().connection.driver_connection
    queue_app.configure_task(
        name, allow_unknown=True, queueing_lock=once, schedule_at=schedule_at, connection=connection
    ).defer(**arguments)
