"""The two transactions around handing a mail to the mail server."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notify.models import OutgoingMail

LONGEST_PAUSE_MINUTES = 240
CLAIM_MINUTES = 5


def claim_mail(session: Session, now: datetime) -> OutgoingMail | None:
    """The oldest mail that is due, kept from other workers for five minutes; None when there is none.

    Should this worker die after the mail server took it, the mail is sent again: twice is better than never.
    """
    due = (
        select(OutgoingMail)
        .where(OutgoingMail.sent_at.is_(None), OutgoingMail.due_at <= now)
        .order_by(OutgoingMail.due_at, OutgoingMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    mail = session.scalar(due)
    if mail is not None:
        mail.attempts += 1
        mail.due_at = now + timedelta(minutes=CLAIM_MINUTES)
    return mail


def record_sent(session: Session, mail_id: UUID, now: datetime) -> None:
    mail = session.get_one(OutgoingMail, mail_id)
    mail.sent_at = now
    mail.last_error = ""


def record_failure(session: Session, mail_id: UUID, now: datetime, error: str) -> None:
    """Try again later: 1, 2, 4 … minutes, at most four hours, for ever. The console counts the waiting ones."""
    mail = session.get_one(OutgoingMail, mail_id)
    mail.last_error = error[:500]
    mail.due_at = now + timedelta(minutes=min(2 ** (min(mail.attempts, 12) - 1), LONGEST_PAUSE_MINUTES))
