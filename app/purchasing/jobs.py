"""Looking up long lists, and forgetting old ones."""

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from app.db.session import in_transaction, transaction
from app.purchasing.actions.quick_order import forget_old, look_up_chunk

KEPT = timedelta(days=14)


def look_up(quick_order_id: str) -> None:
    """Chunk by chunk, each in a transaction of its own: the page shows how far it is. Can run twice."""
    while in_transaction(partial(_chunk, UUID(quick_order_id))):
        pass


def drop_old() -> None:
    with transaction() as session:
        forget_old(session, datetime.now(UTC) - KEPT)


def _chunk(quick_order_id: UUID, session: Session) -> bool:
    return look_up_chunk(session, quick_order_id)


JOBS = {"purchasing.look_up": look_up, "purchasing.drop_old": drop_old}
PERIODIC = {"purchasing.drop_old": "41 3 * * *"}
