"""Making files, letting them go, and asking for those that are due."""

import hashlib
import os
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading, report_snapshot, transaction
from app.downloads.actions.drop_files import expire_files, forget_bytes, give_up
from app.downloads.actions.finish_file import finish_file, note_progress, refuse_file
from app.downloads.actions.run_schedules import run_next
from app.downloads.making import count_lines, make, reports_for
from app.downloads.models import ReportFile
from app.downloads.queries import wanted_of
from app.downloads.rules import NOT_YOURS, PROBLEMS, UNDER_WAY
from app.downloads.storage import storage
from app.errors import DomainError
from app.identity.errors import ShopNotFound
from app.identity.models import Organization
from app.identity.queries import actor_of
from app.reports.errors import ReportNotFound
from app.reports.queries import Scope, scope_for, scope_of


def make_file(file_id: str) -> None:
    """Of one moment's books. Can run twice: a file that is made is left alone.

    Died before the bytes are kept, or before the row says so: it is made again, and bytes without a row are never shown.
    """
    with reading() as session:
        file = session.get(ReportFile, UUID(file_id))
    if file is None or file.state not in UNDER_WAY:
        return
    try:
        scope = _scope(file)
        key, byte_count, sha256 = _made(file, scope)
    except DomainError as refusal:
        problem = NOT_YOURS if isinstance(refusal, ShopNotFound | ReportNotFound) else refusal.code
        if problem not in PROBLEMS:
            raise  # no room on the disk, say: it is tried again
        with transaction() as session:
            refuse_file(session, file.id, problem)
        return
    with transaction() as session:
        is_kept = finish_file(session, file.id, key=key, byte_count=byte_count, sha256=sha256, now=datetime.now(UTC))
    if not is_kept:
        storage().remove(key)


def _scope(file: ReportFile) -> Scope:
    """Whoever asked must still be allowed to. Raises ShopNotFound, ReportNotFound."""
    with reading() as session:
        organization = session.get_one(Organization, file.organization_id)
        if file.user_id is None:
            return scope_of(organization)
        actor = actor_of(session, file.user_id)
        if file.report not in reports_for(actor):
            raise ReportNotFound
        return scope_for(session, actor, organization.slug)


def _made(file: ReportFile, scope: Scope) -> tuple[str, int, bytes]:
    """(key in the storage, length, SHA-256). The snapshot is let go before anything is sent to the storage."""

    def note(done: int) -> None:
        with transaction() as noting:
            note_progress(noting, file.id, done=done)

    wanted = wanted_of(file)
    with report_snapshot() as session:
        lines = count_lines(session, scope, wanted)
        with transaction() as noting:
            note_progress(noting, file.id, lines=lines)
        content = make(session, scope, wanted, file.locale, note)
    with content:
        sha256 = hashlib.file_digest(content, "sha256").digest()  # type: ignore[arg-type]
        byte_count = content.seek(0, os.SEEK_END)
        content.seek(0)
        return storage().save_from(content), byte_count, sha256


def drop_expired() -> None:
    now = datetime.now(UTC)
    with transaction() as session:
        gone = expire_files(session, now)
        give_up(session, now)
    for file_id, key in gone:
        storage().remove(key)
        in_transaction(partial(_forget, file_id))


def _forget(file_id: UUID, session: Session) -> None:
    forget_bytes(session, file_id)


def run_schedules() -> None:
    run_schedules_at(datetime.now(UTC))


def run_schedules_at(now: datetime) -> None:
    """Each file in a transaction of its own."""
    while in_transaction(lambda session: run_next(session, now)):
        pass


JOBS = {
    "downloads.make_file": make_file,
    "downloads.drop_expired": drop_expired,
    "downloads.run_schedules": run_schedules,
}
PERIODIC = {"downloads.drop_expired": "27 * * * *", "downloads.run_schedules": "*/10 * * * *"}
