"""What both sides of a conversation have in common."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.access.current import once, once_as
from app.api.idempotency import Answer
from app.messages.actions.mark_seen import mark_seen
from app.messages.actions.report_message import report_message
from app.messages.errors import MessageNotFound
from app.messages.parties import Party
from app.messages.programs import thread_detail
from app.messages.queries import message_shown, thread_shown
from app.messages.schemas import ThreadSchema


def seen(party: Party, side: str, thread_id: UUID, sequence: int) -> Response:
    """Messages up to that one were looked at."""

    def act(session: Session) -> None:
        newest = thread_shown(session, party, side, thread_id).thread.last_sequence
        mark_seen(session, thread_id, side, min(sequence, newest), now=datetime.now(UTC))

    return acted(party, side, thread_id, act)


def reported(party: Party, side: str, sent: dict[str, Any]) -> Response:
    """The market looks at a message of the other side."""

    def work(session: Session) -> Answer:
        _message, _thread, reader = message_shown(session, party, sent["message_id"])
        if reader != side:
            raise MessageNotFound
        report_message(session, party, sent["message_id"], reason=sent["reason"], text=sent["text"])
        return Answer({"message_id": str(sent["message_id"]), "state": "open"}, 201)

    return once(work)


def acted(party: Party, side: str, thread_id: UUID, act: Callable[[Session], object]) -> Response:
    """Act and answer how the conversation stands then; once per Idempotency-Key."""

    def work(session: Session) -> dict[str, Any]:
        act(session)
        session.flush()
        session.expire_all()
        return thread_detail(session, party, side, thread_id)

    return once_as(ThreadSchema, work)
