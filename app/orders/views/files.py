"""Files one side of an order shows: for the buyer, the shop's people and the arbiter, and for nobody else."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from app.db.session import reading
from app.identity.current import current_actor
from app.media.uploads import handed_out
from app.orders.return_queries import file_shown
from app.orders.viewing import viewing
from app.orders.views import bp


@bp.get("/orders/files/<uuid:file_id>")
def shown_file(file_id: UUID) -> ResponseReturnValue:
    """A picture in the page; a PDF only ever as a download, so that nothing in it runs as a page of ours."""
    with reading() as session:
        found = file_shown(session, viewing(), current_actor(), file_id)
        content, kind, name = found.content, found.kind, found.name
    return handed_out(kind, name, content)
