"""The first words about an order, by either side; what follows is read and written in `app.messages.api`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, as_person, asking_person, for_buyers, for_programs, opened_orders
from app.access.rules import MESSAGES
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.api.uploads import takes_files
from app.messages.files import Draft
from app.messages.parties import Party
from app.messages.programs import started
from app.messages.rules import BUYER, SHOP
from app.messages.schemas import NewMessageSchema, ThreadSchema
from app.orders.actions.write_about_order import write_about_order
from app.orders.models import Order
from app.orders.programs import bought_by
from app.orders.queries import order_answered, order_bought
from app.web.limits import WRITE, limiter

bought = Blueprint("write_to_shop", __name__, url_prefix=f"{PREFIX}/orders/<number>", description="Writing to a shop")
sold = Blueprint(
    "write_to_buyer", __name__, url_prefix=f"{PREFIX}/shop/orders/<number>", description="Writing to a buyer"
)
limited = limiter.shared_limit(WRITE, scope="messages", key_func=as_person)


@bought.post("/messages")
@for_buyers(MESSAGES)
@limited
@takes_files
@bought.arguments(IdempotencyKeySchema, location="headers")
@bought.arguments(NewMessageSchema)
@bought.response(201, ThreadSchema)
def to_shop(_headers: dict[str, str], sent: dict[str, Any], number: str) -> Response:
    """A message about an order that was paid; there is one conversation for each."""
    viewer = bought_by()
    return _started(
        Party(asking_person(), opened_orders()), BUYER, sent, lambda session: order_bought(session, viewer, number)
    )


@sold.post("/messages")
@for_programs(MESSAGES)
@limited
@takes_files
@sold.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@sold.arguments(IdempotencyKeySchema, location="headers")
@sold.arguments(NewMessageSchema)
@sold.response(201, ThreadSchema)
def to_buyer(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], number: str) -> Response:
    """A message about an order that was paid; there is one conversation for each."""
    actor, _shop = acting_shop(asked["shop"])
    return _started(Party(actor), SHOP, sent, lambda session: order_answered(session, actor, number))


def _started(party: Party, side: str, sent: dict[str, Any], find: Callable[[Session], Order]) -> Response:
    def start(session: Session, draft: Draft, now: datetime) -> UUID:
        return write_about_order(session, find(session), side, party.actor.user_id, draft, now=now)

    return started(party, side, sent, start)
