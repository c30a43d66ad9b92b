"""A side has looked at a thread."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.messages.models import Thread
from app.messages.rules import BUYER, path_of
from app.notify.actions.read_news import read_about


def mark_seen(session: Session, thread_id: UUID, side: str, sequence: int, *, now: datetime) -> list[UUID]:
    """Up to this message, of a thread the caller may see; gives whose news this was, which is read now.

    A shop has seen what one of its people has seen.
    """
    seen, seen_at = (Thread.buyer_seen, "buyer_seen_at") if side == BUYER else (Thread.shop_seen, "shop_seen_at")
    session.execute(
        update(Thread).where(Thread.id == thread_id, seen < sequence).values({seen.key: sequence, seen_at: now})
    )
    return read_about(session, path_of(side, thread_id), now=now)
