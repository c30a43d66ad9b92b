"""Reading the mails the market has written, and a person's news."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, Select, false, func, or_, select
from sqlalchemy.orm import Session

from app.db.paging import Page, fetch_page
from app.notify.models import MailStop, Notification, OutgoingMail
from app.notify.rules import MOST_COUNTED


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


def unread_count(user_id: Any) -> ScalarSelect[int]:
    """How much news this person has not looked at, up to a hundred: part of a query that reads the person anyway."""
    some = select(Notification.id).where(Notification.user_id == user_id, Notification.read_at.is_(None))
    few = some.limit(MOST_COUNTED).correlate_except(Notification).subquery()
    return select(func.count()).select_from(few).scalar_subquery()


def news_of(user_id: UUID) -> Select[Notification]:
    """The news of this person; nobody else's is found."""
    return select(Notification).where(Notification.user_id == user_id)


def news_page(session: Session, user_id: UUID, *, cursor: str | None = None, size: int = 25) -> Page[Any]:
    """The newest first."""
    columns = (Notification.id, Notification.kind, Notification.values, Notification.link)
    query = news_of(user_id).with_only_columns(*columns, Notification.created_at, Notification.read_at)
    order = [Notification.created_at, Notification.id]
    return fetch_page(session, query, order=order, descending=True, cursor=cursor, size=size)


def stopped_topics(session: Session, user_id: UUID) -> frozenset[str]:
    """The topics of which this person gets no mail."""
    return frozenset(session.scalars(select(MailStop.topic).where(MailStop.user_id == user_id)))
