"""What both sides' pages have in common."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.db.session import in_transaction, reading
from app.messages.actions.block_side import block_side, unblock_side
from app.messages.actions.mark_seen import mark_seen
from app.messages.actions.write_message import send_message
from app.messages.forms import MessageForm
from app.messages.models import Thread
from app.messages.queries import files_of, messages_of, thread_shown
from app.messages.rules import BUYER, SHOP, path_of
from app.messages.sending import send
from app.messages.viewing import current_party
from app.web.forms import BaseForm
from app.web.pages import flash, go_on, page
from app.web.viewer import fewer_unread

PAGES = {BUYER: "messages/thread.html", SHOP: "messages/desk_thread.html"}


def thread_view(side: str, thread_id: UUID) -> ResponseReturnValue:
    """Read it, and write in it."""
    form, status = MessageForm(), 200
    if form.is_submitted():
        party, now = current_party(), datetime.now(UTC)
        sent, status = send(
            form, lambda session, draft: send_message(session, party, side, thread_id, draft, now=now).thread_id
        )
        if sent is not None:
            return go_on(f"{path_of(side, thread_id)}#newest")
    return _thread_page(PAGES[side], side, thread_id, status, form=form)


def latest_view(side: str, thread_id: UUID) -> ResponseReturnValue:
    """The newest messages alone, for a page that stands open."""
    return _thread_page("messages/_latest.html", side, thread_id, 200, form=None)


def _thread_page(
    template: str, side: str, thread_id: UUID, status: int, *, form: MessageForm | None
) -> ResponseReturnValue:
    party, cursor = current_party(), request.args.get("cursor")
    with reading() as session:
        standing = thread_shown(session, party, side, thread_id)
        found = messages_of(session, thread_id, cursor=cursor)
        files = files_of(session, [row.id for row in found.rows])
    if cursor is None:
        _look(standing.thread, side, found.rows)
    return page(
        template,
        status,
        form=form,
        side=side,
        thread=standing.thread,
        standing=standing,
        messages=found.rows[::-1],
        older=found.next_cursor,
        is_newest=cursor is None,
        files=files,
        path=path_of(side, thread_id),
    )


def _look(thread: Thread, side: str, rows: Any) -> None:
    """Note what is seen for the first time; most looks find nothing new, and then nothing is written."""
    seen = thread.buyer_seen if side == BUYER else thread.shop_seen
    news = [row.sequence for row in rows if row.side != side and row.sequence > seen]
    if not news:
        return
    newest, now = max(news), datetime.now(UTC)
    told = in_transaction(lambda session: mark_seen(session, thread.id, side, newest, now=now))
    fewer_unread(sum(user_id == current_party().actor.user_id for user_id in told))


def block_view(side: str, thread_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    party = current_party()
    in_transaction(lambda session: block_side(session, party, side, thread_id))
    flash(_("Blocked. No more messages pass between you, except about a running order."))
    return go_on(path_of(side, thread_id))


def unblock_view(side: str, thread_id: UUID) -> ResponseReturnValue:
    BaseForm().validate()
    party = current_party()
    in_transaction(lambda session: unblock_side(session, party, side, thread_id))
    flash(_("Unblocked. You can write to each other again."))
    return go_on(path_of(side, thread_id))
