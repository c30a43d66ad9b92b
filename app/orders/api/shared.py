"""What both sides of an order have in common."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from flask import Response
from sqlalchemy.orm import Session

from app.access.current import once
from app.api.idempotency import Answer
from app.orders.account_schemas import OrderDetailSchema, detail_body
from app.orders.models import Order
from app.orders.queries import dispute_of, refundable_cents, stories_of


def order_detail(session: Session, order: Order, *, for_seller: bool) -> dict[str, Any]:
    """The order as it stands for this side."""
    story = stories_of(session, [order])[order.id]
    left = refundable_cents(session, order.id, story.leg)
    problem = dispute_of(session, order.id)
    return detail_body(order, story, left=left, problem=problem, for_seller=for_seller)


def acted(
    find: Callable[[Session], Order], act: Callable[[Session, Order, datetime], object], *, for_seller: bool
) -> Response:
    """Find the order, act on it and answer how it stands then; once per Idempotency-Key."""

    def work(session: Session) -> Answer:
        order = find(session)
        act(session, order, datetime.now(UTC))
        session.flush()
        session.refresh(order)
        return Answer(OrderDetailSchema().dump(order_detail(session, order, for_seller=for_seller)))

    return once(work)
