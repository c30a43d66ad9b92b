"""What is owed to a shop, and ending that."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs, once_as
from app.access.rules import TERMS
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopPageQuerySchema, ShopQuerySchema, page_body, page_schema
from app.config.days import market_today
from app.credit.actions.change_debt import cancel_owed, extend_due, settle_outside
from app.credit.queries import debts_of_shop
from app.credit.schemas import DebtSchema, MoreTimeSchema, SettledSchema, debt_body
from app.db.locks import load_one
from app.db.session import reading
from app.identity.actor import Actor
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING, SHOP_ROLES
from app.orders.errors import OrderNotFound
from app.orders.models import Order
from app.orders.queries import orders_sold_by
from app.orders.rules.numbers import normalize_number
from app.orders.schemas import OrderSchema, order_body

bp = Blueprint("owed_to_shop", __name__, url_prefix=f"{PREFIX}/shop/owed", description="What is owed to a shop")


@bp.get("")
@for_programs(TERMS)
@bp.arguments(ShopPageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(DebtSchema))
def debts(asked: dict[str, Any]) -> dict[str, Any]:
    """Unpaid orders, the oldest first."""
    (actor, shop_id), today = acting_shop(asked["shop"]), market_today()
    with reading() as session:
        shop_run_by(session, actor, shop_id, SHOP_ROLES)
        found = debts_of_shop(session, actor, shop_id, cursor=asked["cursor"], size=asked["size"])
    return page_body(found, lambda row: debt_body(row, today))


@bp.post("/<number>/more-time")
@for_programs(TERMS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(MoreTimeSchema)
@bp.response(200, OrderSchema)
def more_time(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, date], number: str) -> Response:
    """A later day to pay; the buyer is told."""
    return _acted(
        asked, number, lambda s, who, order, now: extend_due(s, who, order.id, due_on=sent["due_on"], now=now)
    )


@bp.post("/<number>/settlement-outside")
@for_programs(TERMS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(SettledSchema)
@bp.response(200, OrderSchema)
def outside(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, str], number: str) -> Response:
    """Nothing is owed for it any more. The market never held that money and takes no commission of it."""
    return _acted(
        asked, number, lambda s, who, order, now: settle_outside(s, who, order.id, reason=sent["reason"], now=now)
    )


@bp.post("/<number>/cancellation")
@for_programs(TERMS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, OrderSchema)
def cancel(asked: dict[str, Any], _headers: dict[str, str], number: str) -> Response:
    """Before it leaves: its goods are on the stall again, and nobody owes anything."""
    return _acted(asked, number, lambda s, who, order, now: cancel_owed(s, who, order.id, now=now))


def _acted(asked: dict[str, Any], number: str, act: Callable[[Session, Actor, Order, datetime], None]) -> Response:
    """Raises OrderNotFound."""
    actor, _shop = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, Any]:
        mine = orders_sold_by(actor, SELLING).where(Order.number == normalize_number(number))
        order = load_one(session, mine, missing=OrderNotFound)
        act(session, actor, order, datetime.now(UTC))
        session.flush()
        session.refresh(order)
        return order_body(order)

    return once_as(OrderSchema, work)
