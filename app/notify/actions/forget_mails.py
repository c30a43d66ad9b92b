"""Taking a person out of the mails the market has written."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import false, func, or_, update
from sqlalchemy.orm import Session

from app.notify.models import OutgoingMail


def forget_mails(session: Session, *, recipient: str | None, keys: Collection[str] = (), now: datetime) -> None:
    """Empty those to one address, and those whose key contains one of `keys`. The rows stay: a fact heard again is
    not told again. One that waits for the mail server is not sent any more."""
    by_key = [OutgoingMail.key.contains(key, autoescape=True) for key in keys]
    to = [OutgoingMail.recipient == recipient] if recipient else []
    session.execute(
        update(OutgoingMail)
        .where(or_(false(), *to, *by_key))
        .values(
            recipient="",
            subject="",
            body="",
            last_error="",
            stop_link=None,
            sent_at=func.coalesce(OutgoingMail.sent_at, now),
        )
    )
