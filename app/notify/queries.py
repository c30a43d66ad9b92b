"""Reading the mails the market has written."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.paging import Page, fetch_page
from app.notify.models import OutgoingMail


def mailbox(session: Session, *, recipient: str | None = None, cursor: str | None = None) -> Page[OutgoingMail]:
    """All mails, newest first; only for the mailbox page of an installation that sends none."""
    query = select(
        OutgoingMail.id,
        OutgoingMail.recipient,
        OutgoingMail.locale,
        OutgoingMail.subject,
        OutgoingMail.body,
        OutgoingMail.created_at,
    )
    if recipient:
        query = query.where(OutgoingMail.recipient == recipient.lower())
    order = [OutgoingMail.created_at, OutgoingMail.id]
    return fetch_page(session, query, order=order, descending=True, cursor=cursor, size=25)


@dataclass(frozen=True)
class WaitingMails:
    """Mails that no server has taken yet, and since when the oldest waits."""

    count: int
    oldest: datetime | None


def waiting_mails(session: Session) -> WaitingMails:
    waiting = select(func.count(), func.min(OutgoingMail.created_at)).where(OutgoingMail.sent_at.is_(None))
    count, oldest = session.execute(waiting).one()
    return WaitingMails(count, oldest)
