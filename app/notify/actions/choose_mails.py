"""A person says which mails they do without."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.notify.models import MailStop
from app.notify.rules import TOPIC_WORDS


def choose_mails(session: Session, user_id: UUID, wanted: Collection[str]) -> None:
    """Mails of these topics from now on, and of no other."""
    for topic in TOPIC_WORDS:
        if topic in wanted:
            session.execute(delete(MailStop).where(MailStop.user_id == user_id, MailStop.topic == topic))
        else:
            stop_mails(session, user_id, topic)


def stop_mails(session: Session, user_id: UUID, topic: str) -> None:
    """No more of this topic. Twice is once."""
    session.execute(insert(MailStop).values(user_id=user_id, topic=topic).on_conflict_do_nothing())
