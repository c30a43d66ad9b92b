"""How many statements a piece of work sends."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session


def queries_of(session: Session, work: Callable[[], Any]) -> int:
    """The number of statements `work` sends to the database, savepoints left out."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    bind = session.connection()
    event.listen(bind, "before_cursor_execute", note)
    try:
        work()
    finally:
        event.remove(bind, "before_cursor_execute", note)
    return len([statement for statement in sent if "SAVEPOINT" not in statement])
