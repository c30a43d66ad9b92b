"""Reactions to what happened to orders. Each can hear the same fact again and does nothing then."""

from sqlalchemy.orm import Session

from app.invoicing.rules.due import MOVES
from app.jobs.queue import enqueue
from app.orders.events import OrderFactRecorded


def ask_for_documents(session: Session, event: OrderFactRecorded) -> None:
    """By a job of its own: a payment of several orders would hold the counters of several sellers until it ends."""
    if event.kind in MOVES:
        enqueue(session, "invoicing.issue", once=f"invoicing.issue:{event.order_id}", order_id=str(event.order_id))
