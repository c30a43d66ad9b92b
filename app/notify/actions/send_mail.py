"""Writing a mail that a job delivers."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.jobs.queue import enqueue
from app.notify.models import OutgoingMail


def send_mail(
    session: Session, *, key: str, recipient: str, locale: str, subject: str, body: str, stop_link: str | None = None
) -> None:
    """Write a plain-text mail once per `key` ("order:<id>:shipped"); it leaves after the transaction commits.

    A second call with the same key is silently the first one, so a fact that is heard twice is told once.
    `stop_link` is told to the reader's mail program (see `mail_person`). Line breaks in `subject` become spaces: a name typed by a stranger must not add headers.
    """
    mail = {
        "key": key,
        "recipient": recipient,
        "locale": locale,
        "subject": " ".join(subject.split()),
        "body": body,
        "stop_link": stop_link,
    }
    written = (
        insert(OutgoingMail).values(mail).on_conflict_do_nothing(index_elements=["key"]).returning(OutgoingMail.id)
    )
    if session.scalar(written) is not None:
        enqueue(session, "notify.deliver_mails", once="notify.deliver_mails")
