"""Opening a shop, and what it says about itself, for programs of its people."""

from typing import Any

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, as_person, asking, asking_person, for_programs, once_as
from app.access.rules import SHOP
from app.access.shop_schemas import (
    NewShopSchema,
    OwnShopSchema,
    OwnShopsSchema,
    ShopTermsSchema,
    shop_body,
    terms_of,
)
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.db.session import reading
from app.identity.actions.create_shop import create_shop
from app.identity.actions.edit_shop import edit_shop
from app.identity.queries import actor_of, shop_run_by, shops_of
from app.identity.rules.roles import OWNING
from app.web.limits import INVITE, limiter

bp = Blueprint("own_shops", __name__, url_prefix=f"{PREFIX}/shops", description="Shops somebody works for")
own = Blueprint("own_shop", __name__, url_prefix=f"{PREFIX}/shop/profile", description="What a shop says about itself")


@bp.get("")
@for_programs(SHOP)
@bp.response(200, OwnShopsSchema)
def shops() -> dict[str, Any]:
    """Those the token works for, the oldest first."""
    actor = asking().actor
    with reading() as session:
        return {"rows": [shop_body(one, actor) for one in shops_of(session, actor)]}


@bp.post("")
@for_programs(SHOP)
@limiter.limit(INVITE, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(NewShopSchema)
@bp.response(201, OwnShopSchema)
def open_shop(_headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """A shop of the token's person, who owns it. It sells once the market has looked at it (`GET /shop/approval`)."""
    actor = asking_person()

    def work(session: Session) -> dict[str, Any]:
        shop = create_shop(session, actor, terms_of(sent))
        session.flush()
        return shop_body(shop, actor_of(session, actor.user_id))

    return once_as(OwnShopSchema, work, 201)


@own.get("")
@for_programs(SHOP)
@own.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@own.response(200, OwnShopSchema)
def shop(asked: dict[str, Any]) -> dict[str, Any]:
    """For all who work there."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        return shop_body(shop_run_by(session, actor, shop_id), actor)


@own.put("")
@for_programs(SHOP)
@own.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@own.arguments(IdempotencyKeySchema, location="headers")
@own.arguments(ShopTermsSchema)
@own.response(200, OwnShopSchema)
def change(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """By an owner. Address, country and currency stay; another kind is looked at again by the market."""
    actor, shop_id = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, Any]:
        now = shop_run_by(session, actor, shop_id, OWNING)
        fixed = {"country": now.country, "currency": now.currency, "language": now.language}
        terms = terms_of(sent, time_zone=sent["time_zone"] or now.time_zone, **fixed)
        return shop_body(edit_shop(session, actor, shop_id, terms), actor)

    return once_as(OwnShopSchema, work)
