"""Mails that a person can do without."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.errors import N_
from app.notify.actions.send_mail import send_mail
from app.notify.models import MailStop
from app.notify.stop_links import stop_link
from app.notify.words import in_language

ENOUGH = N_("You do not want such mails? Stop them here:\n%(link)s")


def mail_person(
    session: Session, user_id: UUID, topic: str, *, key: str, recipient: str, locale: str, subject: str, body: str
) -> None:
    """As `send_mail`, unless the person has stopped `topic`; with the link that stops it at the end."""
    has_stopped = exists().where(MailStop.user_id == user_id, MailStop.topic == topic)
    if session.scalar(select(has_stopped)):
        return
    link = stop_link(user_id, topic)
    body = f"{body}\n\n{in_language(locale, ENOUGH, link=link)}"
    send_mail(session, key=key, recipient=recipient, locale=locale, subject=subject, body=body, stop_link=link)
