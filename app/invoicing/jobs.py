"""Issuing what orders have come to."""

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.invoicing.actions.issue_documents import issue_documents
from app.invoicing.queries import orders_without

LOOKED_BACK = timedelta(days=3)


def issue(order_id: str) -> None:
    """Can run twice. Died in between: the counter goes back with the document, and the job comes again."""
    in_transaction(partial(_issue, UUID(order_id)))


def issue_missing() -> None:
    """What no job was added for, because another one was being added, or whose job failed, in the last days.

    One that cannot be issued keeps none of the others from it.
    """
    with reading() as session:
        missing = orders_without(session, datetime.now(UTC) - LOOKED_BACK)
    failed: list[Exception] = []
    for order_id in missing:
        try:
            in_transaction(partial(_issue, order_id))
        except Exception as problem:  # noqa: BLE001 - told below
            failed.append(problem)
    if failed:
        raise ExceptionGroup("invoices that could not be issued", failed)


def _issue(order_id: UUID, session: Session) -> None:
    issue_documents(session, order_id)


JOBS = {"invoicing.issue": issue, "invoicing.issue_missing": issue_missing}
PERIODIC = {"invoicing.issue_missing": "*/15 * * * *"}
