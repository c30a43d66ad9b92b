"""Where a shop's news goes, for its programs."""

from typing import Any
from uuid import UUID, uuid5

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE

from app.access.current import acting_shop, asking, for_programs
from app.access.rules import WEBHOOKS
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.db.session import in_transaction, reading
from app.webhooks.actions.keep_endpoint import EndpointTerms, add_endpoint, remove_endpoint
from app.webhooks.queries import endpoints_of
from app.webhooks.schemas import EndpointsSchema, EndpointTermsSchema, NewEndpointSchema, endpoint_body

bp = Blueprint("own_webhooks", __name__, url_prefix=f"{PREFIX}/shop/webhooks", description="Where a shop's news goes")


@bp.get("")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, EndpointsSchema)
def endpoints(asked: dict[str, Any]) -> dict[str, Any]:
    """All of them, the oldest first."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        return {"rows": [endpoint_body(one) for one in endpoints_of(session, actor, shop_id)]}


@bp.post("")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(EndpointTermsSchema)
@bp.response(201, NewEndpointSchema)
def add(asked: dict[str, Any], headers: dict[str, str], sent: dict[str, Any]) -> dict[str, Any]:
    """Another address. The same key is the same address, told without its secret: no answer with it is kept."""
    actor, shop_id = acting_shop(asked["shop"])
    terms = EndpointTerms(sent["url"], tuple(dict.fromkeys(sent["kinds"])))
    token = uuid5(asking().token_id, headers["key"])
    made, secret = in_transaction(lambda session: add_endpoint(session, actor, shop_id, terms, form_token=token))
    return {**endpoint_body(made), "secret": secret}


@bp.delete("/<uuid:endpoint_id>")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(204)
def remove(asked: dict[str, Any], endpoint_id: UUID) -> Response:
    """It is told nothing more, and what it was told is forgotten."""
    actor, _shop = acting_shop(asked["shop"])
    in_transaction(lambda session: remove_endpoint(session, actor, endpoint_id))
    return Response(status=204)
