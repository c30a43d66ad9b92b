"""News that was looked at, and news nobody needs any more."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.db.locks import load_one
from app.errors import NotFound
from app.notify.models import MailStop, Notification
from app.notify.queries import news_of
from app.notify.rules import KEPT


def open_news(session: Session, user_id: UUID, notification_id: UUID, *, now: datetime) -> str:
    """Note that it was looked at; gives where it leads. Raises NotFound for somebody else's."""
    news = load_one(session, news_of(user_id).where(Notification.id == notification_id), missing=NotFound)
    news.read_at = news.read_at or now
    return news.link


def read_all(session: Session, user_id: UUID, *, now: datetime) -> None:
    unread = (Notification.user_id == user_id, Notification.read_at.is_(None))
    session.execute(update(Notification).where(*unread).values(read_at=now))


def read_about(session: Session, link: str, *, now: datetime) -> list[UUID]:
    """What leads there was seen, by whoever it was for; gives whose news that was."""
    unread = (Notification.link == link, Notification.read_at.is_(None))
    read = update(Notification).where(*unread).values(read_at=now).returning(Notification.user_id)
    return list(session.scalars(read))


def forget_news(session: Session, *, user_id: UUID | None = None, links: Collection[str] = ()) -> None:
    """Delete a person's own, with what they chose about mails, or everybody's that leads to one of `links`."""
    if user_id is not None:
        session.execute(delete(Notification).where(Notification.user_id == user_id))
        session.execute(delete(MailStop).where(MailStop.user_id == user_id))
    if links:
        session.execute(delete(Notification).where(Notification.link.in_(links)))


def forget_old_news(session: Session, now: datetime) -> None:
    session.execute(delete(Notification).where(Notification.created_at < now - KEPT))
