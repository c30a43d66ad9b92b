"""A shop's own goods, for its programs."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, for_programs, once
from app.access.rules import LISTINGS_READ, LISTINGS_WRITE
from app.api.document import PREFIX
from app.api.idempotency import Answer
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema, page_schema
from app.catalog.actions.create_listing import create_listing
from app.catalog.actions.edit_listing import edit_listing
from app.catalog.actions.publish_listing import pause_listing, publish_listing
from app.catalog.models import Listing
from app.catalog.own_schemas import (
    GoodsQuerySchema,
    ListingChangeSchema,
    ListingTermsSchema,
    OwnListingSchema,
    OwnRowSchema,
    listing_body,
    row_body,
    terms_of,
)
from app.catalog.queries.categories import category_by_slug
from app.catalog.queries.desk import goods_table, listing_to_edit
from app.catalog.rules.listings import ListingTerms
from app.db.session import reading
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING

bp = Blueprint("own_listings", __name__, url_prefix=f"{PREFIX}/shop/listings", description="The goods of a shop")


@bp.get("")
@for_programs(LISTINGS_READ)
@bp.arguments(GoodsQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(OwnRowSchema))
def goods(asked: dict[str, Any]) -> dict[str, Any]:
    """The newest first, drafts too, with the stock of this moment."""
    actor, shop_id = acting_shop(asked["shop"])
    paging = {name: asked[name] for name in ("status", "cursor", "size")}
    with reading() as session:
        found = goods_table(session, actor, shop_id, **paging)
        rows = [row_body(one.listing, [*one.variants, *one.samples.values()]) for one in found.rows]
    return {"rows": rows, "next_cursor": found.next_cursor}


@bp.post("")
@for_programs(LISTINGS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ListingTermsSchema)
@bp.response(201, OwnListingSchema)
def create(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """New goods as a draft, which only the shop sees until they are published."""
    actor, shop_id = acting_shop(asked["shop"])

    def work(session: Session) -> Listing:
        currency = shop_run_by(session, actor, shop_id, SELLING).currency
        return create_listing(session, actor, shop_id, _terms(session, sent, currency))

    return _written(work, status=201)


@bp.get("/<uuid:listing_id>")
@for_programs(LISTINGS_READ)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, OwnListingSchema)
def one(asked: dict[str, Any], listing_id: UUID) -> dict[str, Any]:
    """Goods with all that can be changed of them; their `version` goes with a change."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        return listing_body(listing_to_edit(session, actor, listing_id))


@bp.put("/<uuid:listing_id>")
@for_programs(LISTINGS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ListingChangeSchema)
@bp.response(200, OwnListingSchema)
def change(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], listing_id: UUID) -> Response:
    """Say all of it anew. 409 `edited-meanwhile` when somebody changed them since `version` was read."""
    actor, _shop = acting_shop(asked["shop"])

    def work(session: Session) -> Listing:
        currency = listing_to_edit(session, actor, listing_id).currency
        return edit_listing(session, actor, listing_id, _terms(session, sent, currency), version=sent["version"])

    return _written(work)


@bp.post("/<uuid:listing_id>/publication")
@for_programs(LISTINGS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, OwnListingSchema)
def publish(asked: dict[str, Any], _headers: dict[str, str], listing_id: UUID) -> Response:
    """On sale as soon as the shop is approved. Needs a picture and a way to send the goods."""
    actor, _shop = acting_shop(asked["shop"])
    return _written(lambda session: publish_listing(session, actor, listing_id, now=datetime.now(UTC)))


@bp.post("/<uuid:listing_id>/pause")
@for_programs(LISTINGS_WRITE)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, OwnListingSchema)
def pause(asked: dict[str, Any], _headers: dict[str, str], listing_id: UUID) -> Response:
    """Off sale; orders that run go on."""
    actor, _shop = acting_shop(asked["shop"])
    return _written(lambda session: pause_listing(session, actor, listing_id))


def _terms(session: Session, sent: dict[str, Any], currency: str) -> ListingTerms:
    return terms_of(sent, category_by_slug(session, sent["category"]).id, currency)


def _written(work: Callable[[Session], Listing], status: int = 200) -> Response:
    def answer(session: Session) -> Answer:
        listing = work(session)
        session.expire(listing)
        return Answer(OwnListingSchema().dump(listing_body(listing)), status)

    return once(answer)
