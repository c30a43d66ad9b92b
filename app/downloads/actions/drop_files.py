"""Files that were kept long enough, or that somebody does not want any more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.locks import lock_one
from app.downloads.actions.finish_file import refuse_file
from app.downloads.errors import FileNotFound
from app.downloads.models import ReportFile
from app.downloads.queries import files_of
from app.downloads.rules import EXPIRED, GIVEN_UP_AFTER, NOT_MADE, READY, UNDER_WAY
from app.identity.actor import Actor
from app.jobs.queue import enqueue


def remove_file(session: Session, actor: Actor, file_id: UUID) -> None:
    """An own one, whatever has become of it. Removed twice, it stays removed. Raises FileNotFound."""
    own = files_of(actor).where(ReportFile.id == file_id, ReportFile.user_id == actor.user_id)
    file = lock_one(session, own, missing=FileNotFound)
    file.state, file.problem = EXPIRED, ""
    if file.file_key:
        enqueue(session, "downloads.drop_expired", once="downloads.drop_expired")


def expire_files(session: Session, now: datetime) -> list[tuple[UUID, str]]:
    """(file, key in the storage) of all whose bytes are to go: they are shown to nobody from now on."""
    due = select(ReportFile).where(ReportFile.state == READY, ReportFile.expires_at <= now)
    for file in session.scalars(due.order_by(ReportFile.id).with_for_update(skip_locked=True)):
        file.state = EXPIRED
    session.flush()
    gone = select(ReportFile.id, ReportFile.file_key).where(
        ReportFile.state == EXPIRED, ReportFile.file_key.is_not(None)
    )
    return [(file_id, key) for file_id, key in session.execute(gone.order_by(ReportFile.id)) if key is not None]


def forget_bytes(session: Session, file_id: UUID) -> None:
    session.get_one(ReportFile, file_id, with_for_update=True).file_key = None


def give_up(session: Session, now: datetime) -> int:
    """Whoever waits for a day is told that nothing came; gives how many."""
    stuck = select(ReportFile.id).where(ReportFile.state.in_(UNDER_WAY), ReportFile.asked_at <= now - GIVEN_UP_AFTER)
    found = session.scalars(stuck.order_by(ReportFile.id)).all()
    for file_id in found:
        refuse_file(session, file_id, NOT_MADE)
    return len(found)
