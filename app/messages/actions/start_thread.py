"""The first message of a thread, or one more where there is a thread about the same already."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db.locks import lock_one
from app.messages.actions.write_message import Author, write_message
from app.messages.errors import ThreadNotFound
from app.messages.files import Draft
from app.messages.models import Message, Thread
from app.messages.queries import blocks_between
from app.messages.rules import LISTING, NEW_THREADS_WITHIN, require_few_threads, require_unblocked


@dataclass(frozen=True)
class About:
    """What a thread is about and whose it is, as the package that knows the subject says."""

    kind: str
    subject_id: UUID
    subject_ref: str
    titles: Mapping[str, str]
    organization_id: UUID
    buyer_id: UUID | None
    buyer_name: str


def start_thread(session: Session, about: About, author: Author, draft: Draft, *, now: datetime) -> Message:
    """The caller has made sure that the author is a party of the subject; gives the message.

    Raises TooManyThreads for a buyer who asks about many goods in a day, and what `write_message` raises.
    """
    if about.kind == LISTING and about.buyer_id is not None:
        _require_moderate(session, about, now)
    if about.buyer_id is not None and about.kind == LISTING:
        blocked_by = blocks_between(session, about.organization_id, about.buyer_id)
        require_unblocked(author.side, blocked_by, is_running=False)
    thread = _found_or_made(session, about, now)
    return write_message(session, thread, author, draft, now=now)


def _require_moderate(session: Session, about: About, now: datetime) -> None:
    """One at a time per person, so that many at once are counted as well."""
    lock = f"threads:{about.buyer_id}"
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(lock, 0))))
    own = select(Thread.started_at).where(Thread.buyer_id == about.buyer_id, Thread.kind == LISTING)
    if session.scalar(own.where(Thread.subject_id == about.subject_id)) is None:
        require_few_threads(session.scalars(own.where(Thread.started_at > now - NEW_THREADS_WITHIN)).all())


def _found_or_made(session: Session, about: About, now: datetime) -> Thread:
    values = {
        "kind": about.kind,
        "subject_id": about.subject_id,
        "subject_ref": about.subject_ref,
        "subject_titles": dict(about.titles),
        "organization_id": about.organization_id,
        "buyer_id": about.buyer_id,
        "buyer_name": about.buyer_name,
        "started_at": now,
        "last_at": now,
    }
    session.execute(insert(Thread).values(values).on_conflict_do_nothing())
    query = select(Thread).where(Thread.kind == about.kind, Thread.subject_id == about.subject_id)
    if about.kind == LISTING:
        query = query.where(Thread.buyer_id == about.buyer_id)
    return lock_one(session, query, missing=ThreadNotFound)
