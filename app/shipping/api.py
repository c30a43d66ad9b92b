"""How a shop sends goods, for its programs."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs, once
from app.access.rules import LISTINGS_READ, LISTINGS_WRITE
from app.api.document import PREFIX
from app.api.idempotency import Answer
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.db.session import reading
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING
from app.shipping.actions.set_rates import set_rates
from app.shipping.queries import all_rates
from app.shipping.rules import RateTerms
from app.shipping.schemas import RatesSchema, rates_body

bp = Blueprint("own_rates", __name__, url_prefix=f"{PREFIX}/shop/shipping-rates", description="How a shop sends goods")


@bp.get("")
@for_programs(LISTINGS_READ)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, RatesSchema)
def rates(asked: dict[str, Any]) -> dict[str, Any]:
    """Every way the shop sends goods."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        shop = shop_run_by(session, actor, shop_id, SELLING)
        return rates_body(all_rates(session, shop_id), shop.currency)


@bp.put("")
@for_programs(LISTINGS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(RatesSchema)
@bp.response(200, RatesSchema)
def change(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """Say all of them anew. Orders keep the terms they were placed with."""
    actor, shop_id = acting_shop(asked["shop"])

    def work(session: Session) -> Answer:
        set_rates(session, actor, shop_id, [RateTerms(**rate) for rate in sent["rates"]])
        currency = shop_run_by(session, actor, shop_id, SELLING).currency
        return Answer(RatesSchema().dump(rates_body(all_rates(session, shop_id), currency)))

    return once(work)
