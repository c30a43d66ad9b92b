"""Jobs that failed as often as they may: Procrastinate keeps them and does nothing more by itself."""

from sqlalchemy import JSON, BigInteger, Column, DateTime, MetaData, Select, Table, Text, func, select, text
from sqlalchemy.orm import Session

from app.errors import N_, NotFound

_tables = MetaData()
JOBS = Table(
    "procrastinate_jobs",
    _tables,
    Column("id", BigInteger, primary_key=True),
    Column("task_name", Text),
    Column("args", JSON),
    Column("attempts", BigInteger),
    Column("status", Text),
)
EVENTS = Table(
    "procrastinate_events", _tables, Column("job_id", BigInteger), Column("type", Text), Column("at", DateTime)
)
_FAILED_AT = (
    select(func.max(EVENTS.c.at)).where(EVENTS.c.job_id == JOBS.c.id, text("type = 'failed'")).scalar_subquery()
)
_NEEDS_SOMEBODY = text(
    "status = 'failed' AND (task_name NOT LIKE '%.periodic' OR EXISTS (SELECT FROM procrastinate_events AS e"
    " WHERE e.job_id = procrastinate_jobs.id AND e.type = 'failed' AND e.at > now() - interval '10 minutes'))"
)
"""A periodic job comes again by itself: only one that failed just now says anything."""
_IS_WAITING = text(
    "DELETE FROM procrastinate_jobs AS j WHERE j.id = :id AND j.status = 'failed' AND EXISTS (SELECT FROM"
    " procrastinate_jobs AS w WHERE w.queueing_lock = j.queueing_lock AND w.status = 'todo') RETURNING j.id"
)
_AGAIN = text(
    "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL"
    " WHERE id = :id AND status = 'failed' RETURNING id"
)


class JobNotFailed(NotFound):
    code = "job-not-failed"
    message = N_("There is no such failed job. Somebody may have run it again already.")


def failed_jobs() -> Select[int, str, object, int, object]:
    """Those that need somebody: id, task_name, args, attempts, failed_at."""
    return select(JOBS.c.id, JOBS.c.task_name, JOBS.c.args, JOBS.c.attempts, _FAILED_AT.label("failed_at")).where(
        _NEEDS_SOMEBODY
    )


def count_failed(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(JOBS).where(_NEEDS_SOMEBODY)) or 0


def run_again(session: Session, job_id: int) -> str:
    """Put a failed job on the queue from its first attempt; gives its name. One that waits already does its work as well.

    Raises JobNotFailed.
    """
    name = session.scalar(select(JOBS.c.task_name).where(JOBS.c.id == job_id, text("status = 'failed'")))
    if name is None:
        raise JobNotFailed
    if session.scalar(_IS_WAITING, {"id": job_id}) is None and session.scalar(_AGAIN, {"id": job_id}) is None:
        raise JobNotFailed
    return str(name)
