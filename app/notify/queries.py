"""Reading the mails the market has written."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import false, func, or_, select
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
    query = query.where(OutgoingMail.recipient == recipient.lower() if recipient else OutgoingMail.recipient != "")
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


def mails_about(session: Session, ids: Collection[UUID] | None, *, recipient: str) -> Sequence[OutgoingMail]:
    """Mails to one address, oldest first; with `ids` only those whose key names one of these facts."""
    query = select(OutgoingMail).where(OutgoingMail.recipient == recipient, OutgoingMail.recipient != "")
    if ids is not None:
        query = query.where(or_(false(), *(OutgoingMail.key.contains(str(fact)) for fact in ids)))
    return session.scalars(query.order_by(OutgoingMail.created_at, OutgoingMail.id)).all()
