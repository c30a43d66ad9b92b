"""A shop's customer groups, for its programs."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, as_person, for_programs, once_as
from app.access.rules import CUSTOMERS
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopPageQuerySchema, ShopQuerySchema, page_body, page_schema
from app.config.current import settings
from app.db.session import in_transaction, reading
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING
from app.pricing.actions.ask_buyers import ask_buyers
from app.pricing.actions.make_group import make_group
from app.pricing.actions.remove_member import remove_member
from app.pricing.queries import group_page, group_run_by, members_of_group
from app.pricing.schemas import (
    AskedBuyersSchema,
    BuyersSchema,
    GroupDetailSchema,
    GroupNameSchema,
    GroupSchema,
    detail_body,
)
from app.web.limits import UPLOAD, limiter

bp = Blueprint("own_groups", __name__, url_prefix=f"{PREFIX}/shop/customer-groups", description="A shop's customers")


@bp.get("")
@for_programs(CUSTOMERS)
@bp.arguments(ShopPageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(GroupSchema))
def groups(asked: dict[str, Any]) -> dict[str, Any]:
    """By name, each with how many buyers are in it."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        shop_run_by(session, actor, shop_id, SELLING)
        found = group_page(session, actor, shop_id, cursor=asked["cursor"], size=asked["size"])
    return page_body(found)


@bp.post("")
@for_programs(CUSTOMERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(GroupNameSchema)
@bp.response(201, GroupSchema)
def make(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, str]) -> Response:
    """A new one, with nobody in it."""
    actor, shop_id = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, Any]:
        made = group_run_by(session, actor, make_group(session, actor, shop_id, sent["name"]))
        return {"id": made.id, "name": made.name, "asked": 0, "agreed": 0}

    return once_as(GroupSchema, work, 201)


@bp.get("/<uuid:group_id>")
@for_programs(CUSTOMERS)
@bp.arguments(ShopPageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, GroupDetailSchema)
def one(asked: dict[str, Any], group_id: UUID) -> dict[str, Any]:
    """Who was asked, who agreed and who declined."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        found = group_run_by(session, actor, group_id)
        return detail_body(found, members_of_group(session, found.id, cursor=asked["cursor"], size=asked["size"]))


@bp.post("/<uuid:group_id>/members")
@for_programs(CUSTOMERS)
@limiter.limit(UPLOAD, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(BuyersSchema)
@bp.response(201, AskedBuyersSchema)
def ask(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], group_id: UUID) -> Response:
    """Each is asked by mail, and is in the group once they agree."""
    actor, _shop = acting_shop(asked["shop"])
    words = {"market": settings().market_name, "link": f"{settings().public_url}/account/prices"}

    def work(session: Session) -> dict[str, int]:
        return {"asked": ask_buyers(session, actor, group_id, sent["emails"], **words)}

    return once_as(AskedBuyersSchema, work, 201)


@bp.delete("/members/<uuid:member_id>")
@for_programs(CUSTOMERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(204)
def remove(asked: dict[str, Any], member_id: UUID) -> Response:
    """Their prices and private goods end at once; twice is once."""
    actor, _shop = acting_shop(asked["shop"])
    in_transaction(lambda session: remove_member(session, actor, member_id))
    return Response(status=204)
