"""Lists of orders, page by page. The number of queries does not grow with the rows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import Session

from app.db.paging import Page, fetch_page
from app.identity.actor import Actor
from app.identity.models import Organization
from app.identity.rules.roles import SHOP_ROLES
from app.orders.models import Order, OrderGroup
from app.orders.queries import Viewer, is_bought_by
from app.orders.return_models import OrderReturn
from app.orders.rules.handover import IN_PERSON
from app.orders.rules.returns import RUNNING, WAIT_FOR_SELLER
from app.orders.rules.status import FulfillmentStatus, PaymentStatus, SettlementStatus

SIZE = 20
COUNTED = 200
TO_SHIP, ON_THE_WAY, RETURNS, DONE, PROBLEMS = "to_ship", "on_the_way", "returns", "done", "problems"
TABS = (TO_SHIP, ON_THE_WAY, RETURNS, DONE, PROBLEMS)

_FINISHED = (SettlementStatus.RELEASED, SettlementStatus.REFUNDED, SettlementStatus.SPLIT)
_paid = Order.payment_status != PaymentStatus.NONE
"""Or to be paid later: not what still waits for its payment at checkout."""
_open = Order.settlement_status.not_in(_FINISHED)
_left = Order.fulfillment_status.in_((FulfillmentStatus.FULFILLED, FulfillmentStatus.DELIVERED))
_owed = Order.payment_status.in_((PaymentStatus.ON_TERMS, PaymentStatus.SETTLED_OUTSIDE))
_is_outside = and_(Order.payment_status == PaymentStatus.SETTLED_OUTSIDE, _paid, _left)
_comes_back = and_(OrderReturn.order_id == Order.id, OrderReturn.state.in_(RUNNING))
"""Joins the one return that may run of an order."""
_silent_at = func.least(OrderReturn.due_at, OrderReturn.hold_at, type_=OrderReturn.due_at.type)
_TAB: dict[str, ColumnElement[bool]] = {
    TO_SHIP: and_(
        _paid,
        Order.fulfillment_status.in_((FulfillmentStatus.UNFULFILLED, FulfillmentStatus.PARTIAL)),
        or_(Order.settlement_status.in_((SettlementStatus.FUNDING, SettlementStatus.IN_ESCROW)), _owed),
        _open,
    ),
    ON_THE_WAY: and_(
        _paid,
        _left,
        or_(Order.settlement_status == SettlementStatus.IN_ESCROW, Order.payment_status == PaymentStatus.ON_TERMS),
        _open,
    ),
    RETURNS: and_(_paid, _open, OrderReturn.id.is_not(None)),
    DONE: or_(Order.settlement_status.in_(_FINISHED), _is_outside),
    PROBLEMS: and_(
        _paid,
        _open,
        or_(
            Order.settlement_status == SettlementStatus.DISPUTED,
            Order.fulfillment_status == FulfillmentStatus.CANCELED,
        ),
    ),
}


@dataclass(frozen=True)
class DeskPage:
    """One tab of a shop's orders, and how many are in each; None for more than anybody counts."""

    page: Page[Order]
    counts: dict[str, int | None]


def desk_orders(
    session: Session, actor: Actor, *, tab: str, cursor: str | None = None, roles: Collection[str] = SHOP_ROLES
) -> DeskPage:
    """Orders of the actor's shops in one tab, the most urgent first for what is to be shipped, else the newest."""
    mine = Order.organization_id.in_(actor.organizations(roles))
    page = sold_orders(session, actor, SoldFilter(tab), cursor=cursor, roles=roles)
    return DeskPage(page, {**_count_open(session, mine), DONE: _count_done(session, mine)})


@dataclass(frozen=True)
class SoldFilter:
    """Which orders of a shop: of one tab, placed in a time; without a tab also those that were never paid."""

    tab: str | None = None
    placed_from: datetime | None = None
    placed_before: datetime | None = None


def sold_orders(
    session: Session,
    actor: Actor,
    wanted: SoldFilter,
    *,
    cursor: str | None = None,
    size: int = SIZE,
    roles: Collection[str] = SHOP_ROLES,
) -> Page[Order]:
    """Orders of the actor's shops, the most urgent first for what is to be shipped, else the newest."""
    query = _rows().where(Order.organization_id.in_(actor.organizations(roles)))
    if wanted.tab:
        query = query.where(_TAB[wanted.tab])
    if wanted.placed_from:
        query = query.where(Order.placed_at >= wanted.placed_from)
    if wanted.placed_before:
        query = query.where(Order.placed_at < wanted.placed_before)
    is_urgent = wanted.tab == TO_SHIP
    order: list[Any] = [Order.ship_by if is_urgent else Order.placed_at, Order.id]
    return fetch_page(session, query, order=order, descending=not is_urgent, cursor=cursor, size=size)


def _count_open(session: Session, mine: ColumnElement[bool]) -> dict[str, int]:
    names = (TO_SHIP, ON_THE_WAY, RETURNS, PROBLEMS)
    counts = (func.count().filter(_TAB[name]).label(name) for name in names)
    query = select(*counts).select_from(Order).outerjoin(OrderReturn, _comes_back)
    counted = session.execute(query.where(mine, _paid, _open)).one()
    return {name: getattr(counted, name) for name in names}


def _count_done(session: Session, mine: ColumnElement[bool]) -> int | None:
    """All orders of a shop end there: its count stops before it costs more than the list. Each half has its index."""
    finished = select(Order.id).where(mine, Order.settlement_status.in_(_FINISHED)).limit(COUNTED + 1).subquery()
    outside = select(Order.id).where(mine, _open, _is_outside).limit(COUNTED + 1).subquery()
    some = union_all(select(finished), select(outside)).limit(COUNTED + 1).subquery()
    count = session.scalar(select(func.count()).select_from(some)) or 0
    return count if count <= COUNTED else None


def bought_orders(session: Session, viewer: Viewer, *, cursor: str | None = None, size: int = SIZE) -> Page[Order]:
    """Everything this buyer has bought or is about to, the newest first."""
    query = _rows().where(is_bought_by(viewer))
    return fetch_page(session, query, order=[Order.placed_at, Order.id], descending=True, cursor=cursor, size=size)


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Order.id,
            Order.number,
            Order.placed_at,
            Order.ship_by,
            Order.promised_by,
            Order.auto_release_at,
            Order.total_cents,
            (Order.total_cents - Order.market_cents).label("due_cents"),
            Order.total_minor,
            Order.currency,
            Order.payment_status,
            Order.fulfillment_status,
            Order.settlement_status,
            Organization.name.label("seller"),
            OrderGroup.id.label("group_id"),
            OrderGroup.name.label("buyer"),
            OrderGroup.state.label("group_state"),
            OrderGroup.address["country"].astext.label("country"),
            OrderGroup.address["city"].astext.label("city"),
            (Order.shipping["kind"].astext == IN_PERSON).label("is_in_person"),
            OrderReturn.state.label("return_state"),
        )
        .select_from(Order)
        .join(Order.group)
        .join(Order.organization)
        .outerjoin(OrderReturn, _comes_back)
    )


@dataclass(frozen=True)
class Work:
    """What waits in a shop. `ship_by` is the most urgent day of what is to be shipped.

    `returns` are those in which the shop is next; silence at `return_by` gives the first of them to the market.
    """

    to_ship: int
    ship_by: datetime | None
    on_the_way: int
    problems: int
    returns: int
    return_by: datetime | None


def work_of_shop(organization_id: UUID) -> Select[int, datetime, int, int, int, datetime]:
    """For the desk's first page, of a shop the caller may run: one row of what `Work` holds."""
    waits = OrderReturn.state.in_(WAIT_FOR_SELLER)
    return (
        select(
            func.count().filter(_TAB[TO_SHIP]).label("to_ship"),
            func.min(Order.ship_by).filter(_TAB[TO_SHIP]).label("ship_by"),
            func.count().filter(_TAB[ON_THE_WAY]).label("on_the_way"),
            func.count().filter(_TAB[PROBLEMS]).label("problems"),
            func.count().filter(waits).label("returns"),
            func.min(_silent_at).filter(waits).label("return_by"),
        )
        .select_from(Order)
        .outerjoin(OrderReturn, _comes_back)
        .where(Order.organization_id == organization_id, _paid, _open)
    )
