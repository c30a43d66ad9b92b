"""Background work of the pages."""

from datetime import UTC, datetime

from app.db.session import transaction
from app.web.rate_counts import forget_old_counts


def forget() -> None:
    """Counted tries whose window is over."""
    with transaction() as session:
        forget_old_counts(session, datetime.now(UTC))


JOBS = {"web.forget_old_counts": forget}
PERIODIC = {"web.forget_old_counts": "11 * * * *"}
