"""Do the parts behind the pages keep up? Asked by `/readyz` and shown on the operator's desk."""

from datetime import UTC, datetime

from sqlalchemy import select, text

from app.chain.models import ChainCursor
from app.config.current import settings
from app.console.models import Alarm
from app.db.session import reading
from app.web.health import Finding

CHAIN_SECONDS = 120
QUEUE_SECONDS = 300
OLDEST_JOB = text(
    "SELECT min(greatest(e.at, coalesce(j.scheduled_at, e.at))) FROM procrastinate_jobs AS j"
    " JOIN procrastinate_events AS e ON e.job_id = j.id AND e.type = 'deferred'"
    " WHERE j.status = 'todo' AND coalesce(j.scheduled_at, now()) <= now()"
)


def chain_follows() -> Finding:
    """The settlement worker has looked at the chain a short while ago and did not halt."""
    with reading() as session:
        position = session.get(ChainCursor, settings().chain_id)
    if position is None:
        return Finding(
            is_ready=False, detail="the settlement worker has not seen a block yet: is `phsar settle` running?"
        )
    age = int((datetime.now(UTC) - position.updated_at).total_seconds())
    if position.halted_because:
        return Finding(is_ready=False, detail=position.halted_because, age_seconds=age)
    if age > CHAIN_SECONDS:
        return Finding(
            is_ready=False, detail="the settlement worker is behind: is `phsar settle` running?", age_seconds=age
        )
    return Finding(is_ready=True, detail=f"block {position.seen_number}", age_seconds=age)


def alarms_open() -> Finding:
    """Always ready: an alarm calls for a person, and taking the pages away would help nobody. The detail names them."""
    with reading() as session:
        kinds = session.scalars(select(Alarm.kind).where(Alarm.cleared_at.is_(None)).order_by(Alarm.kind)).all()
    return Finding(is_ready=True, detail=", ".join(kinds))


def queue_moves() -> Finding:
    """No job has waited for long."""
    with reading() as session:
        oldest = session.scalar(OLDEST_JOB)
    age = int((datetime.now(UTC) - oldest).total_seconds()) if oldest else 0
    if age > QUEUE_SECONDS:
        return Finding(is_ready=False, detail="jobs wait: is `phsar worker` running?", age_seconds=age)
    return Finding(is_ready=True, age_seconds=age)
