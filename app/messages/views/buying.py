"""The buyer's side. A guest reads the thread of an order whose link this browser has opened."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.db.session import reading
from app.identity.current import require_signed_in
from app.messages.queries import inbox as inbox_page
from app.messages.queries import unread_threads
from app.messages.rules import BUYER
from app.messages.viewing import current_party
from app.messages.views import bp
from app.messages.views.shared import block_view, latest_view, thread_view, unblock_view
from app.web.pages import page


@bp.get("/messages")
@require_signed_in
def inbox() -> ResponseReturnValue:
    """The conversation that moved last stands first."""
    party = current_party()
    with reading() as session:
        threads = inbox_page(session, party, BUYER, cursor=request.args.get("cursor"))
        unread = unread_threads(session, party, BUYER)
    return page("messages/inbox.html", threads=threads, unread=unread)


@bp.route("/messages/<uuid:thread_id>", methods=["GET", "POST"])
def thread(thread_id: UUID) -> ResponseReturnValue:
    return thread_view(BUYER, thread_id)


@bp.get("/messages/<uuid:thread_id>/latest")
def latest(thread_id: UUID) -> ResponseReturnValue:
    return latest_view(BUYER, thread_id)


@bp.post("/messages/<uuid:thread_id>/block")
def block(thread_id: UUID) -> ResponseReturnValue:
    """The person wants no more messages of this shop."""
    return block_view(BUYER, thread_id)


@bp.post("/messages/<uuid:thread_id>/unblock")
def unblock(thread_id: UUID) -> ResponseReturnValue:
    return unblock_view(BUYER, thread_id)
