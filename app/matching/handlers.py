"""What the match does when something comes in."""

from sqlalchemy.orm import Session

from app.banking.events import StatementKept
from app.jobs.queue import enqueue


def match_soon(session: Session, _event: StatementKept) -> None:
    """Whoever sent a statement wants to see what it says, and not in ten minutes."""
    enqueue(session, "matching.match", once="matching.match")
