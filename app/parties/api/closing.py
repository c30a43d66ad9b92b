"""A shop is closed for a while, and opened again."""

from datetime import UTC, datetime
from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs, once_as
from app.access.rules import LISTINGS_READ, LISTINGS_WRITE
from app.api.document import PREFIX
from app.api.schemas import BaseSchema, IdempotencyKeySchema, ShopQuerySchema, Text
from app.db.session import in_transaction, reading
from app.identity.actions.pause_shop import pause_shop, reopen_shop
from app.identity.models import Organization
from app.identity.queries import shop_run_by
from app.identity.rules.shops import LONGEST_PAUSE_NOTE

bp = Blueprint("own_closing", __name__, url_prefix=f"{PREFIX}/shop/closing", description="A shop that is closed")


class ClosingWishSchema(BaseSchema):
    """`until` is the day it opens again by itself; left out, when its owner says so."""

    until = fields.Date(load_default=None, allow_none=True, metadata={"example": "2027-01-15"})
    note = Text(load_default="", longest=LONGEST_PAUSE_NOTE, metadata={"example": "Back after Pchum Ben."})


class ClosingSchema(Schema):
    is_closed = fields.Boolean()
    until = fields.Date(allow_none=True)
    note = fields.String(metadata={"description": "What buyers read"})


@bp.get("")
@for_programs(LISTINGS_READ)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, ClosingSchema)
def closing(asked: dict[str, Any]) -> dict[str, Any]:
    """Whether its goods can be bought just now."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        return _body(shop_run_by(session, actor, shop_id))


@bp.put("")
@for_programs(LISTINGS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ClosingWishSchema)
@bp.response(200, ClosingSchema)
def close(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """By an owner: goods stay to be seen and cannot be bought; running orders go on. Closed again, the new words count."""
    actor, shop_id = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, Any]:
        return _body(pause_shop(session, actor, shop_id, **sent, now=datetime.now(UTC)))

    return once_as(ClosingSchema, work)


@bp.delete("")
@for_programs(LISTINGS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(204)
def open_again(asked: dict[str, Any]) -> Response:
    """By an owner: open from now on; twice is once."""
    actor, shop_id = acting_shop(asked["shop"])
    in_transaction(lambda session: reopen_shop(session, actor, shop_id))
    return Response(status=204)


def _body(shop: Organization) -> dict[str, Any]:
    return {"is_closed": shop.status == "paused", "until": shop.paused_until, "note": shop.pause_note}
