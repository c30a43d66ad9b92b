"""What a wallet signs about an order, for programs that hold its key."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE, fields, validate

from app.access.current import acting_shop, for_buyers, for_programs
from app.access.rules import BUY, ORDERS_READ
from app.api.document import PREFIX
from app.api.schemas import BaseSchema, ShopQuerySchema
from app.db.session import reading
from app.orders.programs import bought_by
from app.orders.queries import order_bought, order_sold
from app.orders.signed_schemas import ExitToSignSchema
from app.orders.signing import to_sign
from app.settlement.actions.exit_leg import BY_BUYER, BY_SELLER

bought = Blueprint("sign_as_buyer", __name__, url_prefix=f"{PREFIX}/orders/<number>", description="What a wallet signs")
sold = Blueprint(
    "sign_as_shop", __name__, url_prefix=f"{PREFIX}/shop/orders/<number>", description="What a wallet signs"
)
LARGEST_CENTS, LARGEST_POSITION = 10**12, 99


class BuyersActSchema(BaseSchema):
    act = fields.String(required=True, validate=validate.OneOf(list(BY_BUYER)))
    part = fields.Integer(
        load_default=None,
        validate=validate.Range(min=0, max=LARGEST_POSITION),
        metadata={"description": "Of a `release`: the part that is due; else all that is left"},
    )


class ShopsActSchema(ShopQuerySchema):
    act = fields.String(required=True, validate=validate.OneOf(list(BY_SELLER)))
    cents = fields.Integer(
        load_default=None,
        validate=validate.Range(min=1, max=LARGEST_CENTS),
        metadata={"description": "Of a `refund`: so many US cents; else all that is left"},
    )


@bought.get("/to-sign")
@for_buyers(BUY)
@bought.arguments(BuyersActSchema, location="query", unknown=RAISE)
@bought.response(200, ExitToSignSchema)
def buyers(asked: dict[str, Any], number: str) -> dict[str, Any]:
    """The EIP-712 document by which the buyer's wallet agrees; good for an hour, and for what escrow holds just now."""
    with reading() as session:
        order = order_bought(session, bought_by(), number)
        return to_sign(session, order, asked["act"], part=asked["part"])


@sold.get("/to-sign")
@for_programs(ORDERS_READ)
@sold.arguments(ShopsActSchema, location="query", unknown=RAISE)
@sold.response(200, ExitToSignSchema)
def sellers(asked: dict[str, Any], number: str) -> dict[str, Any]:
    """The EIP-712 document by which the shop's wallet agrees; good for an hour, and for what escrow holds just now."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        return to_sign(session, order_sold(session, actor, number), asked["act"], cents=asked["cents"])
