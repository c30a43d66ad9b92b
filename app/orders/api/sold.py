"""The orders of a shop, for its own programs."""

from datetime import datetime
from typing import Any
from uuid import uuid5

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, asking, for_programs
from app.access.rules import ORDERS_READ, ORDERS_WRITE
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema, page_body, page_schema
from app.db.session import reading
from app.identity.actor import Actor
from app.orders.account_schemas import (
    OrderDetailSchema,
    OrderRowSchema,
    ParcelWishSchema,
    RefundWishSchema,
    ShipmentWishSchema,
    SoldQuerySchema,
    row_body,
)
from app.orders.actions.follow_parcel import correct_tracking, mark_delivered
from app.orders.actions.refund_order import refund_order
from app.orders.actions.ship_order import ship_order
from app.orders.api.shared import acted_as_shop, cents_of, order_detail
from app.orders.lists import SoldFilter, sold_orders
from app.orders.models import Order
from app.orders.queries import order_sold
from app.orders.signed_schemas import signed_of

bp = Blueprint("sold", __name__, url_prefix=f"{PREFIX}/shop/orders", description="The orders of a shop")


@bp.get("")
@for_programs(ORDERS_READ)
@bp.arguments(SoldQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(OrderRowSchema))
def orders(asked: dict[str, Any]) -> dict[str, Any]:
    """Orders of the shop, a page at a time; `state` is a tab of its desk."""
    actor, _shop = acting_shop(asked["shop"])
    wanted = SoldFilter(asked["state"], asked["placed_from"], asked["placed_before"])
    with reading() as session:
        found = sold_orders(session, actor, wanted, cursor=asked["cursor"], size=asked["size"])
        return page_body(found, lambda row: row_body(row, for_seller=True))


@bp.get("/<number>")
@for_programs(ORDERS_READ)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, OrderDetailSchema)
def order(asked: dict[str, Any], number: str) -> dict[str, Any]:
    """One order: goods, where they go, parcels, the five steps and what happens next."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        return order_detail(session, order_sold(session, actor, number), for_seller=True)


@bp.post("/<number>/shipment")
@for_programs(ORDERS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ShipmentWishSchema)
@bp.response(200, OrderDetailSchema)
def ship(asked: dict[str, Any], _headers: dict[str, str], parcel: dict[str, Any], number: str) -> Response:
    """All that is left was handed to a carrier. The same parcel again changes nothing."""

    def act(session: Session, actor: Actor, found: Order, now: datetime) -> None:
        said = {"carrier": parcel["carrier"], "tracking": parcel["tracking"], "signed": signed_of(parcel)}
        ship_order(session, actor, found.id, now=now, **said)

    return acted_as_shop(asked["shop"], number, act)


@bp.put("/<number>/shipment")
@for_programs(ORDERS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ParcelWishSchema)
@bp.response(200, OrderDetailSchema)
def correct(asked: dict[str, Any], _headers: dict[str, str], parcel: dict[str, str], number: str) -> Response:
    """Carrier and tracking number of the newest parcel were mistyped."""

    def act(session: Session, actor: Actor, found: Order, _now: datetime) -> None:
        correct_tracking(session, actor, found.id, carrier=parcel["carrier"], tracking=parcel["tracking"])

    return acted_as_shop(asked["shop"], number, act)


@bp.post("/<number>/delivery")
@for_programs(ORDERS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, OrderDetailSchema)
def deliver(asked: dict[str, Any], _headers: dict[str, str], number: str) -> Response:
    """The carrier says that every parcel arrived; the buyer is asked to confirm."""

    def act(session: Session, actor: Actor, found: Order, now: datetime) -> None:
        mark_delivered(session, actor, found.id, now=now)

    return acted_as_shop(asked["shop"], number, act)


@bp.post("/<number>/refund")
@for_programs(ORDERS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(RefundWishSchema)
@bp.response(200, OrderDetailSchema)
def refund(asked: dict[str, Any], headers: dict[str, str], wish: dict[str, Any], number: str) -> Response:
    """Give back a part or all of it. All of an order that has not left cancels it and puts the goods back on the stall.

    A shop that is paid to its own wallet signs `refund` of this amount.
    """
    token = uuid5(asking().token_id, headers["key"])

    def act(session: Session, actor: Actor, found: Order, now: datetime) -> None:
        cents, reason = cents_of(wish["amount"]), wish["reason"]
        said = {"cents": cents, "reason": reason, "signed": signed_of(wish)}
        refund_order(session, actor, found.id, form_token=token, now=now, **said)

    return acted_as_shop(asked["shop"], number, act)
