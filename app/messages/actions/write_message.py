"""One side writes to the other."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db.locks import lock_one
from app.messages.actions.tell_other_side import tell_other_side
from app.messages.errors import NothingWritten, SentBefore, ThreadNotFound
from app.messages.files import Draft, SentFile
from app.messages.models import Message, MessageFile, Thread
from app.messages.parties import Party
from app.messages.queries import standing_of, threads_of
from app.messages.rules import other, require_answer, require_open, require_unblocked


@dataclass(frozen=True)
class Author:
    """The side that speaks, and the person who types; None for a guest."""

    side: str
    user_id: UUID | None


def send_message(session: Session, party: Party, side: str, thread_id: UUID, draft: Draft, *, now: datetime) -> Message:
    """In a thread this side has; the same form twice is one message.

    Raises ThreadNotFound, and what `write_message` raises.
    """
    thread = lock_one(session, threads_of(party, side).where(Thread.id == thread_id), missing=ThreadNotFound)
    return write_message(session, thread, Author(side, party.actor.user_id), draft, now=now)


def write_message(session: Session, thread: Thread, author: Author, draft: Draft, *, now: datetime) -> Message:
    """`thread` is locked, so messages are numbered in the order in which they are there for all.

    Raises NothingWritten, SentBefore, ThreadErased, ThreadClosed, YouHaveBlocked, TheyHaveBlocked or AwaitAnswer.
    """
    known = session.scalars(select(Message).where(Message.form_token == draft.form_token)).one_or_none()
    if known is not None:
        return _same(known, thread, draft)
    if not draft.body and not draft.files:
        raise NothingWritten(field="body")
    require_open(closed_at=thread.closed_at, erased_at=thread.erased_at)
    standing = standing_of(session, thread)
    require_unblocked(author.side, standing.blocked_by, is_running=standing.is_running)
    require_answer(*_unanswered(session, thread, author.side, now), now)
    message = _written(session, thread, author, draft, now)
    tell_other_side(session, thread, message)
    return message


def _same(known: Message, thread: Thread, draft: Draft) -> Message:
    if known.thread_id != thread.id or known.body != draft.body:
        raise SentBefore(field="body")
    return known


def _unanswered(session: Session, thread: Thread, side: str, now: datetime) -> tuple[int, datetime]:
    """How many messages of this side stand at the end, and when the last one was sent."""
    answered = select(func.coalesce(func.max(Message.sequence), 0)).where(
        Message.thread_id == thread.id, Message.side == other(side)
    )
    own = select(func.count(), func.max(Message.sent_at)).where(
        Message.thread_id == thread.id, Message.sequence > answered.scalar_subquery()
    )
    count, last_at = session.execute(own).one()
    return count, last_at or now


def _written(session: Session, thread: Thread, author: Author, draft: Draft, now: datetime) -> Message:
    thread.last_sequence += 1
    thread.last_at = now
    message = Message(
        thread_id=thread.id,
        sequence=thread.last_sequence,
        side=author.side,
        author_id=author.user_id,
        body=draft.body,
        form_token=draft.form_token,
        sent_at=now,
    )
    session.add(message)
    session.flush()
    session.add_all(_row(message.id, position, file) for position, file in enumerate(draft.files))
    session.flush()
    return message


def _row(message_id: UUID, position: int, file: SentFile) -> MessageFile:
    return MessageFile(
        message_id=message_id,
        position=position,
        kind=file.kind,
        name=file.name,
        bytes_count=len(file.content),
        width=file.width,
        height=file.height,
        content=file.content,
        preview=file.preview,
    )
