"""Background work of accounts."""

from datetime import UTC, datetime

from app.db.session import transaction
from app.identity.actions.end_sign_in import forget_ended_sign_ins


def forget() -> None:
    """Ended sign-ins whose cookies have run out."""
    with transaction() as session:
        forget_ended_sign_ins(session, datetime.now(UTC))


JOBS = {"identity.forget_ended_sign_ins": forget}
PERIODIC = {"identity.forget_ended_sign_ins": "23 2 * * *"}
