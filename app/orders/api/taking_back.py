"""What comes back to a shop."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs, form_token, once_as
from app.access.rules import ORDERS_READ, ORDERS_WRITE
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.db.session import reading
from app.identity.actor import Actor
from app.orders.account_schemas import RefundWishSchema
from app.orders.actions.answer_return import approve_return, decline_return
from app.orders.actions.finish_return import receive_return, refund_return
from app.orders.api.shared import cents_of, return_detail, returns_detail
from app.orders.models import Order
from app.orders.queries import order_sold
from app.orders.return_models import OrderReturn
from app.orders.return_schemas import (
    ReturnAgreedSchema,
    ReturnReceivedSchema,
    ReturnRefusedSchema,
    ReturnSchema,
    ReturnsSchema,
)
from app.orders.signed_schemas import signed_of

bp = Blueprint(
    "taking_back",
    __name__,
    url_prefix=f"{PREFIX}/shop/orders/<number>/returns",
    description="What comes back to a shop",
)
Act = Callable[[Session, Actor, Order, datetime], OrderReturn]


@bp.get("")
@for_programs(ORDERS_READ)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, ReturnsSchema)
def returns(asked: dict[str, Any], number: str) -> dict[str, Any]:
    """All of the order; at most one of them runs."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        return returns_detail(session, order_sold(session, actor, number))


@bp.post("/<uuid:return_id>/approval")
@for_programs(ORDERS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ReturnAgreedSchema)
@bp.response(200, ReturnSchema)
def approve(
    asked: dict[str, Any], _headers: dict[str, str], terms: dict[str, str], number: str, return_id: UUID
) -> Response:
    """The goods may come back, to this address."""
    return _acted(
        asked["shop"],
        number,
        lambda session, actor, order, now: approve_return(session, actor, order.id, return_id, now=now, **terms),
    )


@bp.post("/<uuid:return_id>/refusal")
@for_programs(ORDERS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ReturnRefusedSchema)
@bp.response(200, ReturnSchema)
def decline(
    asked: dict[str, Any], _headers: dict[str, str], said: dict[str, str], number: str, return_id: UUID
) -> Response:
    """They may not; the buyer reads why, and can still report a problem."""
    return _acted(
        asked["shop"],
        number,
        lambda session, actor, order, now: decline_return(session, actor, order.id, return_id, now=now, **said),
    )


@bp.post("/<uuid:return_id>/receipt")
@for_programs(ORDERS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ReturnReceivedSchema)
@bp.response(200, ReturnSchema)
def receive(
    asked: dict[str, Any], _headers: dict[str, str], said: dict[str, str], number: str, return_id: UUID
) -> Response:
    """The goods are with the shop again; next, their money goes back."""
    return _acted(
        asked["shop"],
        number,
        lambda session, actor, order, now: receive_return(session, actor, order.id, return_id, now=now, **said),
    )


@bp.post("/<uuid:return_id>/refund")
@for_programs(ORDERS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(RefundWishSchema)
@bp.response(200, ReturnSchema)
def refund(
    asked: dict[str, Any], _headers: dict[str, str], wish: dict[str, Any], number: str, return_id: UUID
) -> Response:
    """Give the money back and end the return, also without waiting for the goods.

    A shop that is paid to its own wallet signs `refund` of this amount.
    """

    def act(session: Session, actor: Actor, order: Order, now: datetime) -> OrderReturn:
        said = {"cents": cents_of(wish["amount"]), "reason": wish["reason"], "signed": signed_of(wish)}
        return refund_return(session, actor, order.id, return_id, form_token=form_token(), now=now, **said)

    return _acted(asked["shop"], number, act)


def _acted(shop: UUID | None, number: str, act: Act) -> Response:
    actor, _shop = acting_shop(shop)

    def work(session: Session) -> dict[str, Any]:
        order = order_sold(session, actor, number)
        return return_detail(session, order, act(session, actor, order, datetime.now(UTC)))

    return once_as(ReturnSchema, work)
