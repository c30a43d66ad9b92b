"""An order that leaves in several parcels, or not whole."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import for_programs, form_token
from app.access.rules import ORDERS_WRITE
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.identity.actor import Actor
from app.orders.account_schemas import NewParcelSchema, OrderDetailSchema, ParcelWishSchema, counts_of
from app.orders.actions.follow_parcel import correct_tracking, mark_delivered
from app.orders.actions.give_up_rest import give_up_rest
from app.orders.actions.ship_order import ship_order
from app.orders.api.shared import acted_as_shop
from app.orders.models import Order
from app.orders.signed_schemas import SignedWishSchema, signed_of

bp = Blueprint("parcels", __name__, url_prefix=f"{PREFIX}/shop/orders/<number>", description="Parcels of an order")


@bp.post("/parcels")
@for_programs(ORDERS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(NewParcelSchema)
@bp.response(200, OrderDetailSchema)
def pack(asked: dict[str, Any], _headers: dict[str, str], parcel: dict[str, Any], number: str) -> Response:
    """A part of the order was handed to a carrier; the rest follows, or is given up."""

    def act(session: Session, actor: Actor, order: Order, now: datetime) -> None:
        carried = {"carrier": parcel["carrier"], "tracking": parcel["tracking"], "signed": signed_of(parcel)}
        ship_order(session, actor, order.id, now=now, counts=counts_of(parcel), form_token=form_token(), **carried)

    return acted_as_shop(asked["shop"], number, act)


@bp.put("/parcels/<uuid:parcel_id>")
@for_programs(ORDERS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ParcelWishSchema)
@bp.response(200, OrderDetailSchema)
def correct(
    asked: dict[str, Any], _headers: dict[str, str], parcel: dict[str, str], number: str, parcel_id: UUID
) -> Response:
    """Carrier and tracking number of this parcel were mistyped."""

    def act(session: Session, actor: Actor, order: Order, _now: datetime) -> None:
        correct_tracking(session, actor, order.id, parcel_id=parcel_id, **parcel)

    return acted_as_shop(asked["shop"], number, act)


@bp.post("/parcels/<uuid:parcel_id>/delivery")
@for_programs(ORDERS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, OrderDetailSchema)
def deliver(asked: dict[str, Any], _headers: dict[str, str], number: str, parcel_id: UUID) -> Response:
    """The carrier says that this parcel arrived."""

    def act(session: Session, actor: Actor, order: Order, now: datetime) -> None:
        mark_delivered(session, actor, order.id, now=now, parcel_id=parcel_id)

    return acted_as_shop(asked["shop"], number, act)


@bp.post("/rest")
@for_programs(ORDERS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(SignedWishSchema, required=False)
@bp.response(200, OrderDetailSchema)
def give_up(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], number: str) -> Response:
    """What is missing is not coming: what it cost goes back to the buyer; a shop with an own wallet signs `refund`."""

    def act(session: Session, actor: Actor, order: Order, now: datetime) -> None:
        give_up_rest(session, actor, order.id, now=now, signed=signed_of(sent))

    return acted_as_shop(asked["shop"], number, act)
