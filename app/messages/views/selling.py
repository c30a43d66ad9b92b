"""The shop's side: whoever sells answers as the shop, and the warehouse answers about orders."""

from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue

from app.db.session import reading
from app.identity.current import acting_shop, current_actor, require_shop, require_signed_in
from app.identity.queries import shop_run_by
from app.identity.rules.roles import STOCKING
from app.messages.queries import inbox, unread_threads
from app.messages.rules import SHOP
from app.messages.viewing import current_party
from app.messages.views import bp
from app.messages.views.shared import block_view, latest_view, thread_view, unblock_view
from app.web.pages import page


@bp.get("/desk/messages")
@require_shop
def desk() -> ResponseReturnValue:
    """Of one shop. The warehouse finds what is about orders, the accountant has no desk here."""
    party, shop_id = current_party(), acting_shop(STOCKING)
    with reading() as session:
        shop = shop_run_by(session, current_actor(), shop_id, STOCKING)
        threads = inbox(session, party, SHOP, shop_id=shop_id, cursor=request.args.get("cursor"))
        unread = unread_threads(session, party, SHOP, shop_id=shop_id)
    return page("messages/desk.html", shop=shop, threads=threads, unread=unread)


@bp.route("/desk/messages/<uuid:thread_id>", methods=["GET", "POST"])
@require_signed_in
def desk_thread(thread_id: UUID) -> ResponseReturnValue:
    return thread_view(SHOP, thread_id)


@bp.get("/desk/messages/<uuid:thread_id>/latest")
@require_signed_in
def desk_latest(thread_id: UUID) -> ResponseReturnValue:
    return latest_view(SHOP, thread_id)


@bp.post("/desk/messages/<uuid:thread_id>/block")
@require_signed_in
def desk_block(thread_id: UUID) -> ResponseReturnValue:
    """The shop wants no more messages of this buyer."""
    return block_view(SHOP, thread_id)


@bp.post("/desk/messages/<uuid:thread_id>/unblock")
@require_signed_in
def desk_unblock(thread_id: UUID) -> ResponseReturnValue:
    return unblock_view(SHOP, thread_id)
