"""Reading returns, evidence and the files of both. Whose eyes they are for is said by the order they belong to."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, undefer

from app.identity.actor import Actor, market_role
from app.identity.rules.roles import SHOP_ROLES
from app.orders.errors import OrderNotFound, ReturnNotFound
from app.orders.models import Order, OrderGroup
from app.orders.queries import JUDGING_ROLES, Viewer, is_bought_by
from app.orders.return_models import OrderFile, OrderReturn
from app.orders.rules.returns import RUNNING

MANY = 500


def returns_of(session: Session, order: Order) -> Sequence[OrderReturn]:
    """Of an order that was found with the reader's eyes; the newest first."""
    query = select(OrderReturn).where(OrderReturn.order_id == order.id)
    return session.scalars(query.order_by(OrderReturn.asked_at.desc(), OrderReturn.id)).unique().all()


def return_of(session: Session, order: Order, return_id: UUID) -> OrderReturn:
    """As it is now, of an order that is locked. Raises ReturnNotFound."""
    query = select(OrderReturn).where(OrderReturn.order_id == order.id, OrderReturn.id == return_id)
    found = session.scalars(query.execution_options(populate_existing=True)).unique().one_or_none()
    if found is None:
        raise ReturnNotFound
    return found


def running_return_of(session: Session, order_id: UUID) -> OrderReturn | None:
    """As it is now, of an order that is locked."""
    query = select(OrderReturn).where(OrderReturn.order_id == order_id, OrderReturn.state.in_(RUNNING))
    return session.scalars(query.execution_options(populate_existing=True)).unique().one_or_none()


def return_of_form(session: Session, form_token: UUID) -> OrderReturn | None:
    return session.scalars(select(OrderReturn).where(OrderReturn.form_token == form_token)).unique().one_or_none()


def returns_to_look_at(session: Session, now: datetime) -> Sequence[tuple[UUID, UUID]]:
    """(order, return) of those whose time has come, the longest waiting first."""
    rows = session.execute(
        select(OrderReturn.order_id, OrderReturn.id)
        .where(OrderReturn.state.in_(RUNNING), OrderReturn.next_look_at <= now)
        .order_by(OrderReturn.next_look_at, OrderReturn.id)
        .limit(MANY)
    )
    return [(row.order_id, row.id) for row in rows]


def file_shown(session: Session, viewer: Viewer, actor: Actor, file_id: UUID) -> OrderFile:
    """With its content; for the buyer, the shop's people and the arbiter of its order. Raises OrderNotFound for everybody else."""
    may_see = [is_bought_by(viewer), Order.organization_id.in_(actor.organizations(SHOP_ROLES))]
    query = (
        select(OrderFile)
        .join(Order, Order.id == OrderFile.order_id)
        .join(OrderGroup, OrderGroup.id == Order.group_id)
        .where(OrderFile.id == file_id)
        .options(undefer(OrderFile.content))
    )
    if not market_role(actor, *JUDGING_ROLES):
        query = query.where(or_(*may_see))
    found = session.scalars(query).one_or_none()
    if found is None:
        raise OrderNotFound
    return found
