"""Handing out files of messages. Who may is asked anew for every one, so no cache in between keeps any."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.db.session import reading
from app.identity.actor import market_role
from app.identity.rules.roles import OPERATOR
from app.media.private_files import PICTURE
from app.media.uploads import handed_out
from app.messages.queries import file_shown
from app.messages.viewing import current_party
from app.messages.views import bp


@bp.get("/messages/files/<uuid:file_id>")
def file(file_id: UUID) -> ResponseReturnValue:
    """A picture is shown, `?small=1` in the size of the page; a PDF is only downloaded, never opened within the site."""
    party = current_party()
    is_small = "small" in request.args
    with reading() as session:
        found = file_shown(session, party, file_id, is_operator=market_role(party.actor, OPERATOR))
        content = found.preview if is_small and found.kind == PICTURE and found.preview else found.content
    return handed_out(found.kind, found.name, content)
