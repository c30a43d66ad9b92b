"""Background work of ratings."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.ratings.actions.show_ratings import show_closed
from app.ratings.queries import closed_unshown


def show_what_is_closed() -> None:
    """Ratings whose time is over; each order in a transaction of its own."""
    now = datetime.now(UTC)
    with reading() as session:
        waiting = list(dict.fromkeys(closed_unshown(session, now)))
    for order_id in waiting:
        in_transaction(partial(_show, order_id, now))


def _show(order_id: UUID, now: datetime, session: Session) -> None:
    show_closed(session, order_id, now)


JOBS: dict[str, Callable[..., None]] = {"ratings.show_what_is_closed": show_what_is_closed}
PERIODIC = {"ratings.show_what_is_closed": "23 * * * *"}
