"""Making copies of people's data, and deleting them in time."""

from datetime import UTC, datetime
from uuid import UUID

from app.config.current import settings
from app.db.session import snapshot, transaction
from app.privacy.actions.export_data import expire_exports, finish_export, note_progress
from app.privacy.archive import pack, read_me
from app.privacy.models import DataExport
from app.privacy.parts import PARTS
from app.privacy.queries import subject_of_account
from app.privacy.rules import Subject


def make_export(export_id: str) -> None:
    """All parts of one moment. Can run twice: a copy that is ready is left alone."""
    found = {}
    with snapshot() as session:
        export = session.get(DataExport, UUID(export_id))
        if export is None or export.state not in {"waiting", "making"}:
            return
        group_id, user_id, locale = export.order_group_id, export.user_id, export.locale
        subject = subject_of_account(session, user_id) if user_id else Subject(order_group_id=group_id)
        for done, (name, (_words, read)) in enumerate(PARTS.items()):
            with transaction() as noting:
                note_progress(noting, export.id, done)
            found[name] = read(session, subject)
    now = datetime.now(UTC)
    words = read_me(locale, market=settings().market_name, at=now)
    with transaction() as session:
        finish_export(session, UUID(export_id), pack(found, read_me=words), now=now)


def drop_expired() -> None:
    with transaction() as session:
        expire_exports(session, datetime.now(UTC))


JOBS = {"privacy.make_export": make_export, "privacy.drop_expired": drop_expired}
PERIODIC = {"privacy.drop_expired": "17 * * * *"}
