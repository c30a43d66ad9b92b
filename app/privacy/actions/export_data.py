"""Asking for a copy of one's data, and the steps of the job that makes it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.config.current import settings
from app.errors import N_
from app.identity.models import User
from app.jobs.queue import enqueue
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language
from app.orders.models import OrderGroup
from app.privacy.models import DataExport
from app.privacy.queries import newest_export
from app.privacy.rules import EXPORT_KEPT, Subject

UNDER_WAY = ("waiting", "making")
AGAIN_AFTER = timedelta(minutes=5)
READY_SUBJECT = N_("A copy of your data at %(market)s is ready")
READY_BODY = N_(
    """Hello,

the copy of your data that you asked for is ready. Fetch it here until %(until)s; after that it is deleted:

%(link)s

If you did not ask for it, choose a new password and write to us."""
)


def request_export(session: Session, subject: Subject, *, locale: str, now: datetime) -> DataExport:
    """A copy that a job makes. One that is under way, or was made minutes ago, is not made a second time."""
    lock = f"export:{subject.user_id or subject.order_group_id}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(lock, 0))))
    newest = newest_export(session, subject)
    if newest and (newest.state in UNDER_WAY or (newest.state == "ready" and newest.requested_at > now - AGAIN_AFTER)):
        return newest
    export = DataExport(user_id=subject.user_id, order_group_id=subject.order_group_id, locale=locale, requested_at=now)
    session.add(export)
    session.flush()
    enqueue(session, "privacy.make_export", export_id=str(export.id))
    return export


def note_progress(session: Session, export_id: UUID, parts_done: int) -> None:
    export = session.get_one(DataExport, export_id, with_for_update=True)
    if export.state in UNDER_WAY:
        export.state, export.parts_done = "making", parts_done


def finish_export(session: Session, export_id: UUID, content: bytes, *, now: datetime) -> None:
    """Keep it for a week and write where it is. Made twice, the first stays."""
    export = session.get_one(DataExport, export_id, with_for_update=True)
    if export.state not in UNDER_WAY:
        return
    export.state, export.content, export.ready_at, export.expires_at = "ready", content, now, now + EXPORT_KEPT
    recipient, link = _owner(session, export)
    if recipient:
        words = {"market": settings().market_name}
        send_mail(
            session,
            key=f"export:{export.id}",
            recipient=recipient,
            locale=export.locale,
            subject=in_language(export.locale, READY_SUBJECT, **words),
            body=in_language(
                export.locale, READY_BODY, link=settings().public_url + link, until=export.expires_at,
                time_zone=settings().market_time_zone,
            ),
        )  # fmt: skip


def expire_exports(session: Session, now: datetime) -> int:
    """Delete what was kept long enough; gives how many."""
    due = select(DataExport).where(DataExport.state == "ready", DataExport.expires_at <= now)
    found = session.scalars(due.order_by(DataExport.id).with_for_update(skip_locked=True)).all()
    for export in found:
        export.state, export.content = "expired", None
    return len(found)


def _owner(session: Session, export: DataExport) -> tuple[str | None, str]:
    """Whom to write to, and where the copy is fetched."""
    if export.user_id is not None:
        return session.get_one(User, export.user_id).email, "/account/data"
    group = session.get_one(OrderGroup, export.order_group_id)
    return group.email, f"/orders/key/{group.access_token}?next=/orders/group/{group.id}/data"
