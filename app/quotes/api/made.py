"""Offers and deals of who buys."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import as_person, asking_person, for_programs, form_token, once_as
from app.access.rules import OFFERS
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, PageQuerySchema, page_body, page_schema
from app.db.session import reading
from app.documents.proforma import answers_pdf
from app.quotes.actions.make_offer import make_offer
from app.quotes.api.shared import (
    accepted,
    canceled,
    countered,
    deal_as_pdf,
    deal_detail,
    declined,
    market,
    offer_detail,
    withdrawn,
)
from app.quotes.queries import offers_made, variant_to_offer_on
from app.quotes.rules.offers import Side
from app.quotes.schemas import (
    AnswerSchema,
    CounterSchema,
    DealSchema,
    NewOfferSchema,
    OfferRowSchema,
    OfferSchema,
    row_body,
    terms_of,
)
from app.web.limits import DOCUMENT, PLACE_ORDER, WRITE, limiter

bp = Blueprint("offers_made", __name__, url_prefix=f"{PREFIX}/offers", description="Offers of who buys")
deals = Blueprint("deals_made", __name__, url_prefix=f"{PREFIX}/deals", description="What a buyer agreed on")


@bp.get("")
@for_programs(OFFERS)
@bp.arguments(PageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(OfferRowSchema))
def offers(asked: dict[str, Any]) -> dict[str, Any]:
    """What this person has offered, what moved last first."""
    actor = asking_person()
    with reading() as session:
        found = offers_made(session, actor, cursor=asked["cursor"], size=asked["size"])
        return page_body(found, row_body)


@bp.post("")
@for_programs(OFFERS)
@limiter.limit(WRITE, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(NewOfferSchema)
@bp.response(201, OfferSchema)
def offer(_headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """Another price for goods that take offers. The seller answers within the market's time, or it ends."""
    actor = asking_person()

    def work(session: Session) -> dict[str, Any]:
        variant = variant_to_offer_on(session, sent["variant_id"])
        terms, within = terms_of(sent, variant.listing.currency), timedelta(hours=market().offer_hours)
        made = make_offer(
            session, actor, variant.id, terms, form_token=form_token(), answer_within=within, now=datetime.now(UTC)
        )
        return offer_detail(session, actor, made.id, Side.BUYER)

    return once_as(OfferSchema, work, 201)


@bp.get("/<uuid:offer_id>")
@for_programs(OFFERS)
@bp.response(200, OfferSchema)
def one(offer_id: UUID) -> dict[str, Any]:
    """One offer with everything that was said."""
    with reading() as session:
        return offer_detail(session, asking_person(), offer_id, Side.BUYER)


@bp.post("/<uuid:offer_id>/counter")
@for_programs(OFFERS)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(CounterSchema)
@bp.response(200, OfferSchema)
def counter(_headers: dict[str, str], sent: dict[str, Any], offer_id: UUID) -> Response:
    """Answer with a price of one's own; parts of payment stay as the shop named them."""
    return countered(asking_person(), offer_id, Side.BUYER, sent)


@bp.post("/<uuid:offer_id>/acceptance")
@for_programs(OFFERS)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(AnswerSchema)
@bp.response(200, OfferSchema)
def accept(_headers: dict[str, str], sent: dict[str, Any], offer_id: UUID) -> Response:
    """Agree: the goods are kept for the buyer, and `deal_id` names what was agreed."""
    return accepted(asking_person(), offer_id, Side.BUYER, sent["round"])


@bp.post("/<uuid:offer_id>/refusal")
@for_programs(OFFERS)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(AnswerSchema)
@bp.response(200, OfferSchema)
def decline(_headers: dict[str, str], sent: dict[str, Any], offer_id: UUID) -> Response:
    """No, and the offer is over."""
    return declined(asking_person(), offer_id, Side.BUYER, sent["round"])


@bp.post("/<uuid:offer_id>/withdrawal")
@for_programs(OFFERS)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, OfferSchema)
def withdraw(_headers: dict[str, str], offer_id: UUID) -> Response:
    """Take back what the other side has not answered yet."""
    return withdrawn(asking_person(), offer_id, Side.BUYER)


@deals.get("/<uuid:deal_id>")
@for_programs(OFFERS)
@deals.response(200, DealSchema)
def deal(deal_id: UUID) -> dict[str, Any]:
    """What was agreed, and until when it can be ordered: see `/deals/{deal_id}/cart`."""
    with reading() as session:
        return deal_detail(session, asking_person(), deal_id, Side.BUYER)


@deals.get("/<uuid:deal_id>/proforma.pdf")
@for_programs(OFFERS)
@limiter.limit(DOCUMENT, key_func=as_person)
@answers_pdf
def proforma(deal_id: UUID) -> Response:
    """The pro-forma invoice of what was agreed, in the asker's language."""
    return deal_as_pdf(asking_person(), deal_id, Side.BUYER)


@deals.post("/<uuid:deal_id>/cancellation")
@for_programs(OFFERS)
@deals.arguments(IdempotencyKeySchema, location="headers")
@deals.response(200, DealSchema)
def cancel(_headers: dict[str, str], deal_id: UUID) -> Response:
    """Take the deal back while it is not being paid; the goods are free again."""
    return canceled(asking_person(), deal_id, Side.BUYER)
