"""Background work of the console: looking for alarms every minute."""

from datetime import UTC, datetime

from app.config.current import settings
from app.console.actions.record_alarms import record_alarms
from app.console.causes import causes_at_node, causes_in_tables
from app.db.session import in_transaction, reading
from app.telemetry.logs import get_logger

log = get_logger("alarms")


def look_for_alarms() -> None:
    """The node is asked between two transactions. Twice at once is once: open alarms are locked."""
    current, now = settings(), datetime.now(UTC)
    at_node = causes_at_node(current)
    with reading() as session:
        look = {**causes_in_tables(session, current, now), **at_node}
    for alarm in in_transaction(lambda session: record_alarms(session, look, now)):
        log.error("alarm", kind=alarm.kind, **alarm.facts)


JOBS = {"console.look_for_alarms": look_for_alarms}
PERIODIC = {"console.look_for_alarms": "* * * * *"}
