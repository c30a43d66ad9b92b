"""Something happened to an order: kept once by its key, and the status axes computed anew."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.events.bus import publish
from app.orders.events import OrderFactRecorded
from app.orders.models import Order, OrderEvent
from app.orders.queries import facts_of, legs_of
from app.orders.rules.status import FactKind, LegState, axes


def record_fact(
    session: Session,
    order: Order,
    kind: FactKind,
    *,
    key: str | None = None,
    at: datetime | None = None,
    actor_id: UUID | None = None,
    **details: Any,
) -> bool:
    """Keep the fact; False when it was known under this `key` (by default its kind). The order must be locked."""
    values: dict[str, Any] = {"order_id": order.id, "key": key or kind.value, "kind": kind.value, "details": details}
    values |= {"actor_id": actor_id} if actor_id else {}
    values |= {"at": at} if at else {}
    inserted = session.scalar(
        upsert(OrderEvent)
        .values(**values)
        .on_conflict_do_nothing(index_elements=[OrderEvent.order_id, OrderEvent.key])
        .returning(OrderEvent.id)
    )
    if inserted is None:
        return False
    project_status(session, order)
    publish(session, OrderFactRecorded(order.id, order.organization_id, kind.value, values["key"]))
    return True


def project_status(session: Session, order: Order, leg: LegState | None = None) -> None:
    """The one place that writes the three status columns. `leg` is given when the chain has just told it."""
    session.flush()
    facts = facts_of(session, [order.id])[order.id]
    seen = leg or legs_of(session, [order.id]).get(order.id)
    now = axes(facts, seen, total_cents=order.due_cents)
    order.payment_status = now.payment
    order.fulfillment_status = now.fulfillment
    order.settlement_status = now.settlement
    session.flush()
