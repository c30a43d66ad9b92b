"""Handing out files of requests. Who may is asked anew for every one, so no cache in between keeps any."""

from uuid import UUID

from flask import Response
from flask.typing import ResponseReturnValue

from app.db.session import reading
from app.identity.current import current_actor, require_signed_in
from app.rfqs.queries import file_shown
from app.rfqs.views import bp

TYPES = {"picture": "image/webp", "pdf": "application/pdf"}


@bp.get("/requests/files/<uuid:file_id>")
@require_signed_in
def file(file_id: UUID) -> ResponseReturnValue:
    """A picture in the page; a PDF only ever as a download, so that nothing in it runs as a page of ours."""
    with reading() as session:
        found = file_shown(session, current_actor(), file_id)
        content, kind, name = found.content, found.kind, found.name
    answer = Response(content, mimetype=TYPES[kind])
    answer.headers.set("Content-Disposition", "inline" if kind == "picture" else "attachment", filename=name)
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
