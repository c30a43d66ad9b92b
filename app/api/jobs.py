"""Background work of the API."""

from datetime import UTC, datetime

from app.api.idempotency import forget_old_answers
from app.db.session import transaction


def forget() -> None:
    """Kept answers past their time."""
    with transaction() as session:
        forget_old_answers(session, datetime.now(UTC))


JOBS = {"api.forget_old_answers": forget}
PERIODIC = {"api.forget_old_answers": "41 * * * *"}
