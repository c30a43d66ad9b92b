"""Loading a deal to change it, and writing down what happened to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, lazyload

from app.events.bus import publish
from app.quotes.errors import DealNotFound
from app.quotes.events import DealEnded
from app.quotes.models import Deal, DealEvent
from app.quotes.rules.deals import DealState, may_become


def lock_deal(session: Session, deal_id: UUID, allowed: Select[Deal] | None = None) -> Deal:
    """The deal, if `allowed` holds it, locked until the end. Raises DealNotFound.

    Always before any row of stock: everybody takes cart, checkout, deal and stock in this order.
    """
    query = (allowed if allowed is not None else select(Deal)).where(Deal.id == deal_id)
    locked = query.options(lazyload(Deal.organization), lazyload(Deal.lines)).with_for_update(of=Deal)
    deal = session.scalars(locked.execution_options(populate_existing=True)).one_or_none()
    if deal is None:
        raise DealNotFound
    return deal


def note(session: Session, deal: Deal, kind: str, now: datetime, actor_id: UUID | None = None, **details: Any) -> None:
    """Append to what happened."""
    session.add(DealEvent(deal_id=deal.id, kind=kind, at=now, actor_id=actor_id, details=details))


def become(session: Session, deal: Deal, wanted: DealState, now: datetime, actor_id: UUID | None = None) -> None:
    """The one place that writes the state of a deal that exists. The deal is locked."""
    assert may_become(deal.state, wanted), f"a deal that is {deal.state} does not become {wanted}"
    deal.state = wanted
    note(session, deal, wanted, now, actor_id)
    session.flush()
    if wanted in {DealState.LAPSED, DealState.CANCELED}:
        publish(session, DealEnded(deal.id))
