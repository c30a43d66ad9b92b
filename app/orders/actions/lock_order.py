"""Loading an order or a group to change it, authorized by the query that finds it."""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, lazyload
from sqlalchemy.orm.attributes import set_committed_value

from app.orders.errors import OrderNotFound
from app.orders.models import Order, OrderGroup

_Row = TypeVar("_Row", Order, OrderGroup)


def lock_order(session: Session, allowed: Select[Order], order_id: UUID) -> Order:
    """The order, if `allowed` holds it, locked until the end. Raises OrderNotFound."""
    return _lock(session, allowed.where(Order.id == order_id), Order)


def lock_group(session: Session, order_group_id: UUID) -> OrderGroup:
    """The group and then its orders, in the order that every change of both locks them. Raises OrderNotFound."""
    query = select(OrderGroup).where(OrderGroup.id == order_group_id).options(lazyload(OrderGroup.orders))
    group = _lock(session, query, OrderGroup)
    orders = (
        select(Order)
        .where(Order.group_id == order_group_id)
        .order_by(Order.id)
        .options(lazyload(Order.group), lazyload(Order.fulfillments))
        .with_for_update(of=Order)
    )
    locked = session.scalars(orders.execution_options(populate_existing=True)).unique()
    set_committed_value(group, "orders", sorted(locked, key=lambda order: order.position))
    return group


def stand_in_line(session: Session, cart_id: UUID) -> None:
    """Whoever changes, orders or has paid for one cart goes one after the other, before any row is locked.

    Checkout locks cart before order, a payment order before cart; this lock in front keeps them from waiting in a ring.
    """
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"cart:{cart_id}", 0))))


def _lock(session: Session, query: Select[_Row], of: type[_Row]) -> _Row:
    locked = query.with_for_update(of=of).execution_options(populate_existing=True)
    row = session.scalars(locked).unique().one_or_none()
    if row is None:
        raise OrderNotFound
    return row
