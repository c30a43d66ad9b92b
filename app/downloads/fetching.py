"""A file that is ready, handed out to whom it is for."""

from datetime import UTC, datetime
from uuid import UUID

from flask import Response

from app.db.locks import load_one
from app.db.session import reading
from app.downloads.errors import FileNotFound
from app.downloads.making import KINDS, file_name
from app.downloads.models import ReportFile
from app.downloads.queries import files_of, wanted_of
from app.downloads.rules import READY
from app.downloads.storage import storage
from app.identity.actor import Actor
from app.identity.models import Organization
from app.parties.errors import PaperNotFound
from app.reports.downloads import download


def fetched(actor: Actor, file_id: UUID) -> Response:
    """Raises FileNotFound for what is not this person's, not ready, or not kept any more."""
    with reading() as session:
        ready = files_of(actor).where(ReportFile.id == file_id, ReportFile.state == READY)
        file = load_one(session, ready, missing=FileNotFound)
        slug = session.get_one(Organization, file.organization_id).slug
    if file.expires_at is None or file.file_key is None or file.expires_at <= datetime.now(UTC):
        raise FileNotFound
    try:
        content = storage().open(file.file_key)
    except PaperNotFound as gone:  # an older backup was put back: it has rows and no such bytes
        raise FileNotFound from gone
    answer = download(content, file_name(wanted_of(file), slug), KINDS[file.format])
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
