"""Background work of shops."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from app.db.session import in_transaction
from app.identity.actions.pause_shop import reopen_due


def reopen_shops() -> None:
    """Shops that said on which day they open again."""
    in_transaction(partial(_reopen, datetime.now(UTC)))


def _reopen(now: datetime, session: Session) -> list[UUID]:
    return list(reopen_due(session, now))


JOBS = {"identity.reopen_shops": reopen_shops}
PERIODIC = {"identity.reopen_shops": "*/5 * * * *"}
