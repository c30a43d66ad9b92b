"""Offers and deals about the goods of a shop."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE

from app.access.current import acting_shop, as_person, for_programs
from app.access.rules import OFFERS
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopPageQuerySchema, ShopQuerySchema, page_body, page_schema
from app.db.session import reading
from app.documents.proforma import answers_pdf
from app.quotes.api.shared import (
    accepted,
    canceled,
    countered,
    deal_as_pdf,
    deal_detail,
    declined,
    offer_detail,
    withdrawn,
)
from app.quotes.queries import offers_on_desk
from app.quotes.rules.offers import Side
from app.quotes.schemas import AnswerSchema, DealSchema, OfferRowSchema, OfferSchema, SellersCounterSchema, row_body
from app.web.limits import DOCUMENT, PLACE_ORDER, limiter

bp = Blueprint("offers_on_desk", __name__, url_prefix=f"{PREFIX}/shop/offers", description="Offers on a shop's goods")
deals = Blueprint("deals_of_shop", __name__, url_prefix=f"{PREFIX}/shop/deals", description="What a shop agreed on")


@bp.get("")
@for_programs(OFFERS)
@bp.arguments(ShopPageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(OfferRowSchema))
def offers(asked: dict[str, Any]) -> dict[str, Any]:
    """Offers on the shop's goods, what moved last first."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        found = offers_on_desk(session, actor, cursor=asked["cursor"], size=asked["size"])
        return page_body(found, row_body)


@bp.get("/<uuid:offer_id>")
@for_programs(OFFERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, OfferSchema)
def one(asked: dict[str, Any], offer_id: UUID) -> dict[str, Any]:
    """One offer with everything that was said."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        return offer_detail(session, actor, offer_id, Side.SELLER)


@bp.post("/<uuid:offer_id>/counter")
@for_programs(OFFERS)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(SellersCounterSchema)
@bp.response(200, OfferSchema)
def counter(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], offer_id: UUID) -> Response:
    """Answer with other terms, and with parts in which the money is paid out, if the shop wants them."""
    return countered(acting_shop(asked["shop"])[0], offer_id, Side.SELLER, sent)


@bp.post("/<uuid:offer_id>/acceptance")
@for_programs(OFFERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(AnswerSchema)
@bp.response(200, OfferSchema)
def accept(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], offer_id: UUID) -> Response:
    """Agree: the goods are kept for the buyer, and `deal_id` names what was agreed."""
    return accepted(acting_shop(asked["shop"])[0], offer_id, Side.SELLER, sent["round"])


@bp.post("/<uuid:offer_id>/refusal")
@for_programs(OFFERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(AnswerSchema)
@bp.response(200, OfferSchema)
def decline(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], offer_id: UUID) -> Response:
    """No, and the offer is over."""
    return declined(acting_shop(asked["shop"])[0], offer_id, Side.SELLER, sent["round"])


@bp.post("/<uuid:offer_id>/withdrawal")
@for_programs(OFFERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, OfferSchema)
def withdraw(asked: dict[str, Any], _headers: dict[str, str], offer_id: UUID) -> Response:
    """Take back a price the buyer has not answered yet."""
    return withdrawn(acting_shop(asked["shop"])[0], offer_id, Side.SELLER)


@deals.get("/<uuid:deal_id>")
@for_programs(OFFERS)
@deals.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@deals.response(200, DealSchema)
def deal(asked: dict[str, Any], deal_id: UUID) -> dict[str, Any]:
    """What was agreed, and until when the buyer can order it."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        return deal_detail(session, actor, deal_id, Side.SELLER)


@deals.get("/<uuid:deal_id>/proforma.pdf")
@for_programs(OFFERS)
@limiter.limit(DOCUMENT, key_func=as_person)
@deals.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@answers_pdf
def proforma(asked: dict[str, Any], deal_id: UUID) -> Response:
    """The pro-forma invoice of what was agreed, in the asker's language."""
    return deal_as_pdf(acting_shop(asked["shop"])[0], deal_id, Side.SELLER)


@deals.post("/<uuid:deal_id>/cancellation")
@for_programs(OFFERS)
@deals.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@deals.arguments(IdempotencyKeySchema, location="headers")
@deals.response(200, DealSchema)
def cancel(asked: dict[str, Any], _headers: dict[str, str], deal_id: UUID) -> Response:
    """Take the deal back while it is not being paid; the goods are free again."""
    return canceled(acting_shop(asked["shop"])[0], deal_id, Side.SELLER)
