"""One line of news for one person."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.notify.models import Notification
from app.notify.rules import kept


def notify_person(
    session: Session,
    user_id: UUID,
    kind: str,
    values: Mapping[str, Any],
    link: str,
    key: str,
    *,
    collapses: bool = False,
) -> bool:
    """Put it on their page, once per `key`; whether it was new. The words are those of `kind` (`app.notify.kinds`),
    chosen when it is shown. `link` is a path of this site.

    `collapses`: while other news that leads to `link` was not looked at, it says enough and nothing is added.
    """
    if collapses and session.scalar(select(_is_unread(user_id, link))):
        return False
    news = {"user_id": user_id, "key": key, "kind": kind, "values": kept(values), "link": link}
    written = insert(Notification).values(news).on_conflict_do_nothing(index_elements=["user_id", "key"])
    return session.scalar(written.returning(Notification.id)) is not None


def _is_unread(user_id: UUID, link: str) -> ColumnElement[bool]:
    return exists().where(Notification.user_id == user_id, Notification.link == link, Notification.read_at.is_(None))
