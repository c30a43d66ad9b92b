"""The steps of the job that makes a file."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.config.current import settings
from app.downloads.mails import READY_BODY, READY_SUBJECT, REFUSED_BODY, REFUSED_SUBJECT, SCHEDULED_BODY
from app.downloads.making import FORMAT_WORDS, TITLES
from app.downloads.models import ReportFile, ReportSchedule
from app.downloads.queries import recipients_of
from app.downloads.rules import KEPT, KEPT_OF_SCHEDULE, MAKING, PROBLEMS, READY, REFUSED, UNDER_WAY
from app.errors import Word
from app.identity.models import Organization, User
from app.notify.actions.mail_person import mail_person
from app.notify.actions.send_mail import send_mail
from app.notify.rules import REPORTS
from app.notify.words import in_language


def note_progress(session: Session, file_id: UUID, *, done: int = 0, lines: int | None = None) -> None:
    file = session.get_one(ReportFile, file_id, with_for_update=True)
    if file.state in UNDER_WAY:
        file.state, file.lines_done = MAKING, done
        file.lines = lines if lines is not None else file.lines


def finish_file(session: Session, file_id: UUID, *, key: str, byte_count: int, sha256: bytes, now: datetime) -> bool:
    """Keep it and write where it is. Made twice, the first stays: then False, and the bytes are nobody's."""
    file = session.get_one(ReportFile, file_id, with_for_update=True)
    if file.state not in UNDER_WAY:
        return False
    file.state, file.file_key, file.byte_count, file.sha256 = READY, key, byte_count, sha256
    file.ready_at, file.expires_at = now, now + (KEPT_OF_SCHEDULE if file.schedule_id else KEPT)
    _tell(session, file, READY_SUBJECT, SCHEDULED_BODY if file.schedule_id else READY_BODY)
    return True


def refuse_file(session: Session, file_id: UUID, problem: str) -> None:
    """It cannot be made, and trying again would not help; `problem` says why."""
    file = session.get_one(ReportFile, file_id, with_for_update=True)
    if file.state in UNDER_WAY:
        file.state, file.problem = REFUSED, problem
        _tell(session, file, REFUSED_SUBJECT, REFUSED_BODY)


def _tell(session: Session, file: ReportFile, subject: str, body: str) -> None:
    organization = session.get_one(Organization, file.organization_id)
    current = settings()
    values = {
        "report": Word(TITLES[file.report]),
        "whose": organization.name,
        "first": file.first_day,
        "last": file.last_day,
        "format": FORMAT_WORDS[file.format],
        "until": file.expires_at,
        "link": f"{current.public_url}/books/downloads",
        "problem": Word(PROBLEMS[file.problem]) if file.problem else "",
    }

    def write(locale: str, text: str) -> str:
        return in_language(locale, text, time_zone=organization.time_zone, **values)

    if file.user_id is not None:
        address = session.get_one(User, file.user_id).email
        if address:
            send_mail(
                session, key=f"report:{file.id}:{file.state}", recipient=address, locale=file.locale,
                subject=write(file.locale, subject), body=write(file.locale, body),
            )  # fmt: skip
        return
    schedule = session.get_one(ReportSchedule, file.schedule_id)
    for user_id, _name, address, locale in recipients_of(session, schedule):
        assert address is not None
        mail_person(
            session, user_id, REPORTS, key=f"report:{file.id}:{file.state}:{user_id}", recipient=address,
            locale=locale, subject=write(locale, subject), body=write(locale, body),
        )  # fmt: skip
