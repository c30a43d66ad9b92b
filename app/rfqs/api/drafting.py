"""A shop's quote before it is sent: kept, filled from a spreadsheet, sent as it stands, discarded."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, as_person, for_programs, once_as
from app.access.rules import OFFERS
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopQuerySchema
from app.api.uploads import takes_files
from app.config.current import settings
from app.db.session import in_transaction, reading
from app.identity.actor import Actor
from app.purchasing.errors import UnreadableFile
from app.rfqs.actions.keep_quote_draft import drop_quote_draft, keep_quote_draft, require_unmoved
from app.rfqs.api.shared import sent_quote
from app.rfqs.begun import Begun, begin, quoted_lines
from app.rfqs.draft_schemas import (
    PriceFileSchema,
    QuoteDraftSchema,
    QuoteDraftWishSchema,
    SeenDraftSchema,
    draft_body,
    draft_content,
    require_whole,
)
from app.rfqs.errors import RequestMoved
from app.rfqs.forms import LONGEST_FILE
from app.rfqs.price_list import price_list, read_price_list
from app.rfqs.schemas.quotes import QuoteSchema
from app.web.limits import DOCUMENT, PLACE_ORDER, UPLOAD, limiter
from app.web.spreadsheets import XLSX

bp = Blueprint(
    "quote_drafts", __name__, url_prefix=f"{PREFIX}/shop/requests", description="A shop's quotes before they are sent"
)
_FILE = {"schema": {"type": "string", "format": "binary"}}


@bp.get("/<uuid:asked_id>/draft")
@for_programs(OFFERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, QuoteDraftSchema)
def draft(asked: dict[str, Any], asked_id: UUID) -> dict[str, Any]:
    """What people and programs of the shop have of the next version; no buyer sees it."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        return _body(session, _quotable(session, actor, asked_id))


@bp.put("/<uuid:asked_id>/draft")
@for_programs(OFFERS)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(QuoteDraftWishSchema)
@bp.response(200, QuoteDraftSchema)
def keep(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], asked_id: UUID) -> Response:
    """Half a quote is kept too; `problems` says what it lacks."""
    return _kept(asked["shop"], asked_id, sent, lambda begun: draft_content(begun, sent))


@bp.delete("/<uuid:asked_id>/draft")
@for_programs(OFFERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(204)
def drop(asked: dict[str, Any], asked_id: UUID) -> Response:
    """Discard it; twice is once. What was sent stays."""
    actor, _shop = acting_shop(asked["shop"])
    in_transaction(lambda session: drop_quote_draft(session, actor, asked_id))
    return Response(status=204)


@bp.get("/<uuid:asked_id>/prices.xlsx")
@for_programs(OFFERS)
@limiter.limit(DOCUMENT, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.doc(responses={200: {"description": "The file", "content": {XLSX: _FILE}}})
def prices(asked: dict[str, Any], asked_id: UUID) -> Response:
    """The lines, with the prices of the draft or of the last version, to be filled in and sent back."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        begun = begin(session, actor, asked_id)
    content = price_list(begun.rows, title=begun.rfq.title, currency=begun.shop.currency)
    answer = Response(content, mimetype=XLSX)
    answer.headers.set("Content-Disposition", "attachment", filename=f"prices-{begun.asked.number}.xlsx")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.put("/<uuid:asked_id>/prices")
@for_programs(OFFERS)
@limiter.limit(UPLOAD, key_func=as_person)
@takes_files
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(PriceFileSchema)
@bp.response(200, QuoteDraftSchema)
def fill(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], asked_id: UUID) -> Response:
    """What stands in the file becomes the draft; what is not in it stays."""
    content: bytes = sent["file"]["content"]
    if len(content) > LONGEST_FILE:
        raise UnreadableFile(field="file")

    def filled(begun: Begun) -> dict[str, Any]:
        return begun.content(begun.typed, read_price_list(content, begun.rows, begun.shop.currency))

    return _kept(asked["shop"], asked_id, sent, filled)


@bp.post("/<uuid:asked_id>/draft/sending")
@for_programs(OFFERS)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(SeenDraftSchema)
@bp.response(201, QuoteSchema)
def send(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, int], asked_id: UUID) -> Response:
    """The draft as it was read becomes the next version; the buyer is told."""
    actor, _shop = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, Any]:
        begun = _quotable(session, actor, asked_id)
        if sent["version"] != begun.version:
            raise RequestMoved
        require_unmoved(session, begun.draft, sent["draft"])
        quoted, form = quoted_lines(session, begun), begun.read()
        require_whole(begun, form)
        terms = form.terms(quoted, country=begun.rfq.country, zone=settings().market_time_zone)
        return sent_quote(session, actor, asked_id, terms, seen=sent["version"], draft=sent["draft"])

    return once_as(QuoteSchema, work, 201)


def _quotable(session: Session, actor: Actor, asked_id: UUID) -> Begun:
    """Raises RequestNotFound, RequestIsOver, RequestDecided."""
    begun = begin(session, actor, asked_id)
    if begun.refusal is not None:
        raise begun.refusal
    return begun


def _kept(
    shop: UUID | None, asked_id: UUID, seen: dict[str, Any], content: Callable[[Begun], dict[str, Any]]
) -> Response:
    """What `content` makes of what there is becomes the draft, which is answered as it then stands."""
    actor, _shop = acting_shop(shop)

    def work(session: Session) -> dict[str, Any]:
        made = content(_quotable(session, actor, asked_id))
        keep_quote_draft(
            session, actor, asked_id, made, version=seen["version"], seen=seen["draft"], now=datetime.now(UTC)
        )
        session.expire_all()
        return _body(session, begin(session, actor, asked_id))

    return once_as(QuoteDraftSchema, work)


def _body(session: Session, begun: Begun) -> dict[str, Any]:
    quoted = quoted_lines(session, begun)
    return draft_body(begun, begun.read(), quoted)
