"""Who reads and writes messages by a token, and answers that both sides and both subjects have in common."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.access.current import form_token, once_as
from app.messages.actions.write_message import send_message
from app.messages.files import Draft, read_file
from app.messages.parties import Party
from app.messages.queries import files_of, messages_of, thread_shown
from app.messages.schemas import ThreadSchema, thread_body


def thread_detail(
    session: Session, party: Party, side: str, thread_id: UUID, *, cursor: str | None = None, size: int = 50
) -> dict[str, Any]:
    """Raises ThreadNotFound."""
    standing = thread_shown(session, party, side, thread_id)
    found = messages_of(session, thread_id, cursor=cursor, size=size)
    files = files_of(session, [row.id for row in found.rows])
    return {**thread_body(standing, found.rows, files, side=side), "next_cursor": found.next_cursor}


def started(
    party: Party, side: str, sent: Mapping[str, Any], start: Callable[[Session, Draft, datetime], UUID]
) -> Response:
    """`start` writes the first message and gives the thread; answered as it then stands, once per Idempotency-Key.

    `sent` is what `NewMessageSchema` read. Raises what `read_file` raises.
    """
    files = tuple(read_file(one["name"], one["content"]) for one in sent["files"])

    def work(session: Session) -> dict[str, Any]:
        thread_id = start(session, Draft(sent["body"], files, form_token()), datetime.now(UTC))
        session.flush()
        return thread_detail(session, party, side, thread_id)

    return once_as(ThreadSchema, work, 201)


def written(party: Party, side: str, thread_id: UUID, sent: Mapping[str, Any]) -> Response:
    """One more message."""

    def start(session: Session, draft: Draft, now: datetime) -> UUID:
        return send_message(session, party, side, thread_id, draft, now=now).thread_id

    return started(party, side, sent, start)
