"""Price lists of a shop, and who sees which of its goods, for its programs."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs, once_as
from app.access.rules import CUSTOMERS
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopPageQuerySchema, ShopQuerySchema, page_body, page_schema
from app.catalog.actions.set_audience import set_audience
from app.catalog.actions.write_price_list import edit_price_list, make_price_list, set_list_price
from app.catalog.own_schemas import minor_of, tiers_of
from app.catalog.price_schemas import (
    AudienceSchema,
    ListPriceSchema,
    ListPriceWishSchema,
    PriceListChangeSchema,
    PriceListRowSchema,
    PriceListSchema,
    PriceListWishSchema,
    list_body,
    price_bodies,
    terms_of,
)
from app.catalog.queries.desk import listing_to_edit
from app.catalog.queries.price_lists import groups_of_list, list_goods, price_list_page, price_list_run_by
from app.catalog.queries.private import audience_of
from app.db.session import in_transaction, reading
from app.identity.actor import Actor
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING

lists = Blueprint("own_price_lists", __name__, url_prefix=f"{PREFIX}/shop/price-lists", description="Price lists")
audiences = Blueprint("own_audiences", __name__, url_prefix=f"{PREFIX}/shop/listings", description="Who sees goods")


@lists.get("")
@for_programs(CUSTOMERS)
@lists.arguments(ShopPageQuerySchema, location="query", unknown=RAISE)
@lists.response(200, page_schema(PriceListRowSchema))
def price_lists(asked: dict[str, Any]) -> dict[str, Any]:
    """By name, those out of use too."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        shop_run_by(session, actor, shop_id, SELLING)
        found = price_list_page(session, actor, shop_id, cursor=asked["cursor"], size=asked["size"])
    return page_body(found)


@lists.post("")
@for_programs(CUSTOMERS)
@lists.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@lists.arguments(IdempotencyKeySchema, location="headers")
@lists.arguments(PriceListWishSchema)
@lists.response(201, PriceListSchema)
def make(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """For buyers of these groups, from now on."""
    actor, shop_id = acting_shop(asked["shop"])
    return _acted(actor, lambda session: make_price_list(session, actor, shop_id, terms_of(sent)), 201)


@lists.get("/<uuid:list_id>")
@for_programs(CUSTOMERS)
@lists.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@lists.response(200, PriceListSchema)
def one(asked: dict[str, Any], list_id: UUID) -> dict[str, Any]:
    """What it takes off, and for whom; its `version` goes with a change."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        return _body(session, actor, list_id)


@lists.put("/<uuid:list_id>")
@for_programs(CUSTOMERS)
@lists.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@lists.arguments(IdempotencyKeySchema, location="headers")
@lists.arguments(PriceListChangeSchema)
@lists.response(200, PriceListSchema)
def change(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], list_id: UUID) -> Response:
    """Say all of it anew. Carts follow at once; placed orders keep their prices."""
    actor, _shop = acting_shop(asked["shop"])

    def work(session: Session) -> UUID:
        edit_price_list(session, actor, list_id, terms_of(sent), version=sent["version"])
        return list_id

    return _acted(actor, work)


@lists.get("/<uuid:list_id>/prices")
@for_programs(CUSTOMERS)
@lists.arguments(ShopPageQuerySchema, location="query", unknown=RAISE)
@lists.response(200, page_schema(ListPriceSchema))
def prices(asked: dict[str, Any], list_id: UUID) -> dict[str, Any]:
    """All choices of so many goods of the shop, the newest goods first."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        found = price_list_run_by(session, actor, list_id)
        goods = list_goods(session, actor, found, cursor=asked["cursor"], size=asked["size"])
        return {**page_body(goods.page), "rows": price_bodies(goods)}


@lists.put("/<uuid:list_id>/prices/<uuid:variant_id>")
@for_programs(CUSTOMERS)
@lists.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@lists.arguments(IdempotencyKeySchema, location="headers")
@lists.arguments(ListPriceWishSchema)
@lists.response(200, PriceListSchema)
def set_price(
    asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], list_id: UUID, variant_id: UUID
) -> Response:
    """A price of its own in this list, instead of the percentage."""
    actor, _shop = acting_shop(asked["shop"])

    def work(session: Session) -> UUID:
        shop_id = price_list_run_by(session, actor, list_id).organization_id
        currency = shop_run_by(session, actor, shop_id, SELLING).currency
        price, tiers = minor_of(sent["price"], currency), tiers_of(sent["tiers"], currency)
        set_list_price(session, actor, list_id, variant_id, price_minor=price, tiers=tiers)
        return list_id

    return _acted(actor, work)


@lists.delete("/<uuid:list_id>/prices/<uuid:variant_id>")
@for_programs(CUSTOMERS)
@lists.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@lists.response(204)
def drop_price(asked: dict[str, Any], list_id: UUID, variant_id: UUID) -> Response:
    """The percentage of the list counts again; twice is once."""
    actor, _shop = acting_shop(asked["shop"])
    in_transaction(lambda session: set_list_price(session, actor, list_id, variant_id, price_minor=None, tiers=()))
    return Response(status=204)


@audiences.get("/<uuid:listing_id>/audience")
@for_programs(CUSTOMERS)
@audiences.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@audiences.response(200, AudienceSchema)
def audience(asked: dict[str, Any], listing_id: UUID) -> dict[str, Any]:
    """Which groups see the goods; none is everybody."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        return {"group_ids": sorted(audience_of(session, listing_to_edit(session, actor, listing_id).id))}


@audiences.put("/<uuid:listing_id>/audience")
@for_programs(CUSTOMERS)
@audiences.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@audiences.arguments(IdempotencyKeySchema, location="headers")
@audiences.arguments(AudienceSchema)
@audiences.response(200, AudienceSchema)
def show_to(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], listing_id: UUID) -> Response:
    """Goods on sale change at once, in lists, pages and carts; placed orders go on."""
    actor, _shop = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, Any]:
        set_audience(session, actor, listing_id, sent["group_ids"])
        return {"group_ids": sorted(audience_of(session, listing_id))}

    return once_as(AudienceSchema, work)


def _acted(actor: Actor, act: Callable[[Session], UUID], status: int = 200) -> Response:
    """`act` gives the list, which is answered as it then stands."""
    return once_as(PriceListSchema, lambda session: _body(session, actor, act(session)), status)


def _body(session: Session, actor: Actor, list_id: UUID) -> dict[str, Any]:
    session.flush()
    return list_body(price_list_run_by(session, actor, list_id), groups_of_list(session, list_id))
