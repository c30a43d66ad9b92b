"""What both sides of an order have in common."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy.orm import Session

from app.access.current import acting_shop, once
from app.api.idempotency import Answer
from app.identity.actor import Actor
from app.orders.account_schemas import OrderDetailSchema, detail_body
from app.orders.both_sides import both_sides
from app.orders.errors import NotInDispute, NotInDollars
from app.orders.models import Order
from app.orders.queries import dispute_of, order_sold, refundable_cents, stories_of
from app.orders.return_models import OrderReturn
from app.orders.return_schemas import dispute_body, return_body, returns_body


def order_detail(session: Session, order: Order, *, for_seller: bool) -> dict[str, Any]:
    """The order as it stands for this side."""
    story = stories_of(session, [order])[order.id]
    left = refundable_cents(session, order.id, story.leg)
    problem = dispute_of(session, order.id)
    return detail_body(order, story, left=left, problem=problem, for_seller=for_seller)


def returns_detail(session: Session, order: Order) -> dict[str, Any]:
    """What goes back of an order that was found with the reader's eyes."""
    shown = both_sides(session, order)
    return returns_body(shown.returns, shown.files)


def return_detail(session: Session, order: Order, found: OrderReturn) -> dict[str, Any]:
    session.flush()
    session.refresh(found)
    return return_body(found, both_sides(session, order).files.get(found.id, ()))


def dispute_detail(session: Session, order: Order) -> dict[str, Any]:
    """Raises NotInDispute."""
    shown = both_sides(session, order)
    if shown.dispute is None:
        raise NotInDispute
    return dispute_body(shown.dispute, shown.evidence, shown.files)


def cents_of(amount: Mapping[str, Any]) -> int:
    """Of what `MoneySchema` read. Raises NotInDollars."""
    if amount["currency"] != "USD":
        raise NotInDollars(field="amount.currency")
    return int(amount["minor"])


def acted_as_shop(shop: UUID | None, number: str, act: Callable[[Session, Actor, Order, datetime], object]) -> Response:
    """As `acted`, for an order of the shop. Raises OrderNotFound."""
    actor, _shop = acting_shop(shop)
    return acted(
        lambda session: order_sold(session, actor, number),
        lambda session, order, now: act(session, actor, order, now),
        for_seller=True,
    )


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
