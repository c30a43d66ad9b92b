"""Delivering mails, and forgetting old news."""

import smtplib
from datetime import UTC, datetime

import structlog

from app.config.settings import load_settings
from app.db.session import transaction
from app.notify.actions.claim_mail import claim_mail, record_failure, record_sent
from app.notify.actions.read_news import forget_old_news
from app.notify.smtp import MailServer

log = structlog.get_logger(__name__)
AT_ONCE = 100


def deliver_mails() -> None:
    """Hand every due mail to the mail server. Without `SMTP_URL` they stay for the mailbox page."""
    settings = load_settings()
    if not settings.smtp_url:
        return
    server = MailServer(settings.smtp_url, settings.mail_from)
    for _ in range(AT_ONCE):
        if not deliver_next(server):
            return


def deliver_next(server: MailServer) -> bool:
    """Deliver the oldest due mail; False when none was due."""
    with transaction() as session:
        mail = claim_mail(session, datetime.now(UTC))
    if mail is None:
        return False
    try:
        server.deliver(mail.id, mail.recipient, mail.locale, mail.subject, mail.body, mail.stop_link)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("mail_refused", mail_id=str(mail.id), error=str(error))
        with transaction() as session:
            record_failure(session, mail.id, datetime.now(UTC), str(error))
    else:
        with transaction() as session:
            record_sent(session, mail.id, datetime.now(UTC))
    return True


def forget_news() -> None:
    """News of half a year ago helps nobody."""
    with transaction() as session:
        forget_old_news(session, datetime.now(UTC))


JOBS = {"notify.deliver_mails": deliver_mails, "notify.forget_news": forget_news}
PERIODIC = {"notify.deliver_mails": "* * * * *", "notify.forget_news": "37 3 * * *"}
