"""Handing goods over in person: the buyer's code, and the seller who gives it back."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Response, current_app
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields
from sqlalchemy.orm import Session

from app.access.current import acting_shop, as_person, for_buyers, for_programs, once
from app.access.rules import BUY, ORDERS_WRITE
from app.api.document import PREFIX
from app.api.idempotency import Answer
from app.api.schemas import BaseSchema, IdempotencyKeySchema, ShopQuerySchema, Text
from app.config.settings import Settings
from app.db.session import in_transaction
from app.orders.account_schemas import OrderDetailSchema
from app.orders.actions.confirm_handover import confirm_handover
from app.orders.actions.show_handover import show_handover
from app.orders.api.shared import order_detail
from app.orders.models import HandoverCode
from app.orders.programs import bought_by
from app.orders.queries import Viewer, order_bought, order_sold
from app.orders.rules.handover import HandoverCodeWrong, tries_left, words_of, wrong_code
from app.web.limits import SIGN_IN, limiter

bought = Blueprint("show_handover", __name__, url_prefix=f"{PREFIX}/orders/<number>", description="Taking goods over")
sold = Blueprint(
    "confirm_handover", __name__, url_prefix=f"{PREFIX}/shop/orders/<number>", description="Handing goods over"
)
LONGEST_CODE = 60


class HandoverCodeSchema(Schema):
    """To be shown to the seller when the goods are there, and to nobody before: it pays the seller."""

    code = fields.String(metadata={"description": "To be read out and typed"})
    secret = fields.String(metadata={"description": "The same for a QR code"})
    expires_at = fields.DateTime()


class HandoverWishSchema(BaseSchema):
    code = Text(required=True, shortest=1, longest=LONGEST_CODE, metadata={"example": "123456"})


@bought.post("/handover")
@for_buyers(BUY)
@bought.response(200, HandoverCodeSchema)
def show(number: str) -> dict[str, Any]:
    """A new code for half an hour; an earlier one is good no more. It is kept nowhere, so no answer is either."""
    return in_transaction(partial(_shown, bought_by(), number))


@sold.post("/handover")
@for_programs(ORDERS_WRITE)
@limiter.limit(SIGN_IN, key_func=as_person)
@sold.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@sold.arguments(IdempotencyKeySchema, location="headers")
@sold.arguments(HandoverWishSchema)
@sold.response(200, OrderDetailSchema)
def confirm(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, str], number: str) -> Response:
    """Give the buyer's code back: the goods were handed over. A wrong code is counted, and five end it."""
    actor, _shop = acting_shop(asked["shop"])

    def work(session: Session) -> Answer:
        order = order_sold(session, actor, number)
        if not confirm_handover(session, actor, order.id, sent["code"], key=_key(), now=datetime.now(UTC)):
            left = tries_left(session.get_one(HandoverCode, order.id).wrong_tries)
            return Answer({"left": left}, HandoverCodeWrong.status)
        session.flush()
        session.refresh(order)
        return Answer(OrderDetailSchema().dump(order_detail(session, order, for_seller=True)))

    answer = once(work)
    if answer.status_code == HandoverCodeWrong.status:
        raise wrong_code(number, answer.get_json()["left"])
    return answer


def _shown(viewer: Viewer, number: str, session: Session) -> dict[str, Any]:
    order = show_handover(session, viewer, order_bought(session, viewer, number).id, now=datetime.now(UTC))
    session.flush()
    shown = session.get_one(HandoverCode, order.id, populate_existing=True)
    words = words_of(_key(), order.id, shown.nonce)
    return {"code": words.code, "secret": words.secret, "expires_at": shown.expires_at}


def _key() -> bytes:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.secret_key.encode()
