"""The tax number under which tax is withheld from a shop, for its programs."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs, once_as
from app.access.rules import PAYOUTS
from app.api.document import PREFIX
from app.api.schemas import BaseSchema, IdempotencyKeySchema, ShopQuerySchema, Text
from app.db.session import reading
from app.identity.queries import shop_run_by
from app.identity.rules.roles import ACCOUNTING
from app.withholding.actions.sign_statement import set_tax_number
from app.withholding.queries import tax_number_of
from app.withholding.rules import NUMBER_LONGEST

bp = Blueprint("own_tax", __name__, url_prefix=f"{PREFIX}/shop/tax-number", description="A shop's tax number")


class TaxNumberWishSchema(BaseSchema):
    tax_number = Text(required=True, shortest=1, longest=NUMBER_LONGEST, metadata={"example": "L001-901234567"})


class TaxNumberSchema(Schema):
    tax_number = fields.String(metadata={"description": "Without spaces, points and dashes; empty: none was told"})


@bp.get("")
@for_programs(PAYOUTS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, TaxNumberSchema)
def tax_number(asked: dict[str, Any]) -> dict[str, str]:
    """For who sees the shop's money. What was withheld is in the settlement report."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        shop_run_by(session, actor, shop_id, ACCOUNTING)
        return {"tax_number": tax_number_of(session, shop_id)}


@bp.put("")
@for_programs(PAYOUTS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(TaxNumberWishSchema)
@bp.response(200, TaxNumberSchema)
def change(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, str]) -> Response:
    """It stands in the market's returns and in the shop's own certificate."""
    actor, shop_id = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, str]:
        return {"tax_number": set_tax_number(session, actor, shop_id, sent["tax_number"])}

    return once_as(TaxNumberSchema, work)
