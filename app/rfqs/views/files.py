"""Handing out files of requests. Who may is asked anew for every one, so no cache in between keeps any."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.db.session import reading
from app.identity.current import current_actor, require_signed_in
from app.media.uploads import handed_out
from app.rfqs.queries import file_shown
from app.rfqs.views import bp


@bp.get("/requests/files/<uuid:file_id>")
@require_signed_in
def file(file_id: UUID) -> ResponseReturnValue:
    """A picture in the page; a PDF only ever as a download, so that nothing in it runs as a page of ours."""
    with reading() as session:
        found = file_shown(session, current_actor(), file_id)
        content, kind, name = found.content, found.kind, found.name
    return handed_out(kind, name, content)
