"""Where a shop's news goes, and what was told."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE

from app.access.current import acting_shop, for_programs
from app.access.rules import WEBHOOKS
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopPageQuerySchema, ShopQuerySchema, page_schema
from app.identity.actor import Actor
from app.webhooks.api.shared import (
    added,
    changed,
    listed,
    looked_at,
    removed,
    repeated,
    rotated,
    shown,
    switched,
    tested,
    told,
)
from app.webhooks.schemas import (
    DeliveryRowSchema,
    DeliverySchema,
    EndpointSchema,
    EndpointsSchema,
    EndpointTermsSchema,
    NewEndpointSchema,
    SecretSeenSchema,
)

bp = Blueprint("own_webhooks", __name__, url_prefix=f"{PREFIX}/shop/webhooks", description="Where a shop's news goes")


@bp.get("")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, EndpointsSchema)
def endpoints(asked: dict[str, Any]) -> dict[str, Any]:
    """All of them, the oldest first."""
    return listed(*acting_shop(asked["shop"]))


@bp.post("")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(EndpointTermsSchema)
@bp.response(201, NewEndpointSchema)
def add(asked: dict[str, Any], headers: dict[str, str], sent: dict[str, Any]) -> dict[str, Any]:
    """Another address. The same key is the same address, told without its secret: no answer with it is kept."""
    actor, shop_id = acting_shop(asked["shop"])
    return added(actor, shop_id, headers["key"], sent)


@bp.get("/<uuid:endpoint_id>")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, EndpointSchema)
def endpoint(asked: dict[str, Any], endpoint_id: UUID) -> dict[str, Any]:
    """One of them."""
    return shown(_owner(asked), endpoint_id)


@bp.put("/<uuid:endpoint_id>")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(EndpointTermsSchema)
@bp.response(200, EndpointSchema)
def change(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], endpoint_id: UUID) -> Response:
    """Where to, and of what; its secret stays."""
    return changed(_owner(asked), endpoint_id, sent)


@bp.post("/<uuid:endpoint_id>/secret")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(SecretSeenSchema)
@bp.response(200, NewEndpointSchema)
def rotate(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, int], endpoint_id: UUID) -> dict[str, Any]:
    """Another secret; for a day messages carry the signatures of both. The same version again is no new secret."""
    return rotated(_owner(asked), endpoint_id, sent["secret_version"])


@bp.post("/<uuid:endpoint_id>/activation")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, EndpointSchema)
def activate(asked: dict[str, Any], _headers: dict[str, str], endpoint_id: UUID) -> Response:
    """On: it is told what happens from now on."""
    return switched(_owner(asked), endpoint_id, on=True)


@bp.post("/<uuid:endpoint_id>/pause")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, EndpointSchema)
def pause(asked: dict[str, Any], _headers: dict[str, str], endpoint_id: UUID) -> Response:
    """Off: nothing is told, and nothing is kept for later."""
    return switched(_owner(asked), endpoint_id, on=False)


@bp.delete("/<uuid:endpoint_id>")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(204)
def remove(asked: dict[str, Any], endpoint_id: UUID) -> Response:
    """It is told nothing more, and what it was told is forgotten."""
    return removed(_owner(asked), endpoint_id)


@bp.post("/<uuid:endpoint_id>/test")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(201, DeliverySchema)
def test(asked: dict[str, Any], _headers: dict[str, str], endpoint_id: UUID) -> Response:
    """A message of the kind `test` is on its way; ask for it to see what the address answered."""
    return tested(_owner(asked), endpoint_id)


@bp.get("/<uuid:endpoint_id>/messages")
@for_programs(WEBHOOKS)
@bp.arguments(ShopPageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(DeliveryRowSchema))
def messages(asked: dict[str, Any], endpoint_id: UUID) -> dict[str, Any]:
    """What it was told in the last 30 days, the newest first."""
    return told(_owner(asked), endpoint_id, asked)


@bp.get("/messages/<uuid:delivery_id>")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, DeliverySchema)
def message(asked: dict[str, Any], delivery_id: UUID) -> dict[str, Any]:
    """What was sent, and what the address answered the last time."""
    return looked_at(_owner(asked), delivery_id)


@bp.post("/messages/<uuid:delivery_id>/repetition")
@for_programs(WEBHOOKS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, DeliverySchema)
def again(asked: dict[str, Any], _headers: dict[str, str], delivery_id: UUID) -> Response:
    """The same message once more, under the same id."""
    return repeated(_owner(asked), delivery_id)


def _owner(asked: dict[str, Any]) -> Actor:
    return acting_shop(asked["shop"])[0]
