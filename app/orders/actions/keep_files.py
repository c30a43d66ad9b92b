"""Keeping what one side shows of an order."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from app.media.private_files import PrivateFile
from app.orders.errors import TooManyFiles
from app.orders.models import Order
from app.orders.return_models import OrderFile

MOST_FILES = 5


def keep_files(
    session: Session,
    order: Order,
    files: Sequence[PrivateFile],
    *,
    side: str,
    return_id: UUID | None = None,
    evidence_id: UUID | None = None,
) -> None:
    """Belonging to a return or to evidence. Raises TooManyFiles."""
    if len(files) > MOST_FILES:
        raise TooManyFiles(field="files", limit=MOST_FILES)
    session.add_all(
        OrderFile(
            order_id=order.id,
            return_id=return_id,
            evidence_id=evidence_id,
            side=side,
            kind=file.kind,
            name=file.name,
            content=file.content,
            size=len(file.content),
        )
        for file in files
    )
    session.flush()
