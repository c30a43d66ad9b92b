"""One side wants no more messages of the other, or takes that back."""

from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.db.locks import load_one
from app.messages.errors import ThreadNotFound
from app.messages.models import Block, Thread
from app.messages.parties import Party
from app.messages.queries import threads_of


def block_side(session: Session, party: Party, side: str, thread_id: UUID) -> None:
    """About everything but running orders. Twice is once. Raises ThreadNotFound."""
    thread = load_one(session, threads_of(party, side).where(Thread.id == thread_id), missing=ThreadNotFound)
    values = {
        "organization_id": thread.organization_id,
        "user_id": thread.buyer_id,
        "thread_id": thread.id if thread.buyer_id is None else None,
        "side": side,
        "created_by": party.actor.user_id,
    }
    session.execute(insert(Block).values(values).on_conflict_do_nothing())


def unblock_side(session: Session, party: Party, side: str, thread_id: UUID) -> None:
    """Takes back what this side has blocked, not what the other has. Raises ThreadNotFound."""
    thread = load_one(session, threads_of(party, side).where(Thread.id == thread_id), missing=ThreadNotFound)
    ways: list[ColumnElement[bool]] = [Block.thread_id == thread.id]
    if thread.buyer_id is not None:
        ways.append(Block.user_id == thread.buyer_id)
    session.execute(
        delete(Block).where(Block.organization_id == thread.organization_id, Block.side == side, or_(*ways))
    )
