"""Reports of any length as files that a job makes, for programs of who reads the books. The books stay as they are."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from app.access.current import as_person, asking_reader, for_programs, form_token, once
from app.access.rules import BOOKS_READ
from app.api.document import PREFIX
from app.api.idempotency import Answer
from app.api.schemas import IdempotencyKeySchema
from app.db.session import in_transaction, reading
from app.downloads.actions.ask_for_file import ask_for_file, wanted_from
from app.downloads.actions.drop_files import remove_file
from app.downloads.fetching import fetched
from app.downloads.making import KINDS
from app.downloads.queries import file_shown, files_shown
from app.downloads.schemas import ReportFileSchema, ReportFilesSchema, ReportFileWishSchema, file_body
from app.reports.rules import day_text
from app.web.languages import current_locale
from app.web.limits import WRITE, limiter

bp = Blueprint("files_of_books", __name__, url_prefix=f"{PREFIX}/books/files", description="Reports as files")
_BINARY = {"schema": {"type": "string", "format": "binary"}}


@bp.get("")
@for_programs(BOOKS_READ)
@bp.response(200, ReportFilesSchema)
def files() -> dict[str, Any]:
    """What is being made and what is ready, for the token's person: asked for by program or page, or sent by a schedule."""
    reader = asking_reader()
    with reading() as session:
        return {"rows": [file_body(row[0], row.name) for row in files_shown(session, reader)]}


@bp.post("")
@for_programs(BOOKS_READ)
@limiter.limit(WRITE, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ReportFileWishSchema)
@bp.response(201, ReportFileSchema)
def ask(_headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """Have one made. Its `state` says when it is ready; the token's person is written to as well."""
    reader = asking_reader()

    def work(session: Session) -> Answer:
        said = {name: sent[name] for name in ("report", "format", "account")}
        days = day_text(sent["first"]), day_text(sent["last"])
        wanted = wanted_from(session, reader, sent["shop"], days=days, **said)
        locale = current_locale()
        asked = ask_for_file(session, reader, sent["shop"], wanted, locale=locale, form_token=form_token())
        found = file_shown(session, reader, asked.id)
        return Answer(ReportFileSchema().dump(file_body(asked, found.name)), 201)

    return once(work)


@bp.get("/<uuid:file_id>")
@for_programs(BOOKS_READ)
@bp.response(200, ReportFileSchema)
def file(file_id: UUID) -> dict[str, Any]:
    """How far it is."""
    reader = asking_reader()
    with reading() as session:
        found = file_shown(session, reader, file_id)
        return file_body(found[0], found.name)


@bp.get("/<uuid:file_id>/content")
@for_programs(BOOKS_READ)
@bp.doc(responses={200: {"description": "The file", "content": dict.fromkeys(KINDS.values(), _BINARY)}})
def content(file_id: UUID) -> Response:
    """The bytes, once it is ready."""
    return fetched(asking_reader(), file_id)


@bp.delete("/<uuid:file_id>")
@for_programs(BOOKS_READ)
@bp.response(204)
def remove(file_id: UUID) -> Response:
    """An own one that is not needed any more: forty are kept for a person."""
    reader = asking_reader()
    in_transaction(lambda session: remove_file(session, reader, file_id))
    return Response(status=204)
