"""Background work of accounts and shops."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from app.db.session import in_transaction, transaction
from app.identity.actions.end_sign_in import forget_ended_sign_ins
from app.identity.actions.forget_invitations import forget_old_invitations
from app.identity.actions.pause_shop import reopen_due


def reopen_shops() -> None:
    """Shops that said on which day they open again."""
    in_transaction(partial(_reopen, datetime.now(UTC)))


def _reopen(now: datetime, session: Session) -> list[UUID]:
    return list(reopen_due(session, now))


def forget() -> None:
    """Ended sign-ins whose cookies have run out."""
    with transaction() as session:
        forget_ended_sign_ins(session, datetime.now(UTC))


def forget_invitations() -> None:
    """Addresses of people who never came."""
    with transaction() as session:
        forget_old_invitations(session, datetime.now(UTC))


JOBS = {
    "identity.reopen_shops": reopen_shops,
    "identity.forget_ended_sign_ins": forget,
    "identity.forget_invitations": forget_invitations,
}
PERIODIC = {
    "identity.reopen_shops": "*/5 * * * *",
    "identity.forget_ended_sign_ins": "23 2 * * *",
    "identity.forget_invitations": "29 2 * * *",
}
