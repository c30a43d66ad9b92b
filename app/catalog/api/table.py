"""Stock and prices of many choices in one request."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs, once
from app.access.rules import LISTINGS_WRITE
from app.api.document import PREFIX
from app.api.idempotency import Answer
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.catalog.actions.set_table import set_table
from app.catalog.own_schemas import TableResultSchema, TableSchema, result_body, table_lines
from app.identity.queries import shop_run_by
from app.identity.rules.roles import STOCKING
from app.web.problem_words import sentence

bp = Blueprint("stock_and_prices", __name__, url_prefix=f"{PREFIX}/shop", description="Stock and prices of a shop")


@bp.post("/stock-and-prices")
@for_programs(LISTINGS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(TableSchema)
@bp.response(200, TableResultSchema)
def change(asked: dict[str, Any], _headers: dict[str, str], table: dict[str, Any]) -> Response:
    """Up to 1,000 lines. A line that cannot be changed says why and holds no other one up."""
    actor, shop_id = acting_shop(asked["shop"])

    def work(session: Session) -> Answer:
        currency = shop_run_by(session, actor, shop_id, STOCKING).currency
        results = set_table(session, actor, shop_id, table_lines(table, currency))
        said = [result_body(one, sentence(one.refusal) if one.refusal else None) for one in results]
        return Answer(TableResultSchema().dump({"lines": said}))

    return once(work)
