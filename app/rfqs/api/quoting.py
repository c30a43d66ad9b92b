"""Requests that came to a shop, and what it quotes."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import acting_shop, as_person, for_programs, form_token, once_as
from app.access.rules import OFFERS
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopPageQuerySchema, ShopQuerySchema, page_body, page_schema
from app.db.session import reading
from app.identity.actor import Actor
from app.identity.rules.roles import SELLING
from app.media.uploads import answers_file, handed_out
from app.rfqs.actions.send_quote import decline_request, withdraw_quote
from app.rfqs.actions.write_note import ask_buyer
from app.rfqs.api.shared import quote_detail, sent_quote
from app.rfqs.queries import asked_shown, file_shown, files_of, lines_of, notes_of, requests_on_desk, versions_of
from app.rfqs.schemas.quotes import QuoteSchema, QuoteWishSchema, quote_terms
from app.rfqs.schemas.requests import AskedSchema, DeskRowSchema, NoQuoteSchema, NoteWishSchema, asked_body, desk_row
from app.web.limits import PLACE_ORDER, WRITE, limiter

bp = Blueprint("requests_on_desk", __name__, url_prefix=f"{PREFIX}/shop/requests", description="Requests to a shop")
quotes = Blueprint("quotes_sent", __name__, url_prefix=f"{PREFIX}/shop/quotes", description="What a shop quoted")


@bp.get("")
@for_programs(OFFERS)
@bp.arguments(ShopPageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(DeskRowSchema))
def requests(asked: dict[str, Any]) -> dict[str, Any]:
    """The newest first."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        found = requests_on_desk(session, actor, cursor=asked["cursor"], size=asked["size"])
        return page_body(found, desk_row)


@bp.get("/<uuid:asked_id>")
@for_programs(OFFERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.response(200, AskedSchema)
def one(asked: dict[str, Any], asked_id: UUID) -> dict[str, Any]:
    """What is asked for, and the shop's own versions."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        return _body(session, actor, asked_id)


@bp.post("/<uuid:asked_id>/quotes")
@for_programs(OFFERS)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(QuoteWishSchema)
@bp.response(201, QuoteSchema)
def quote(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], asked_id: UUID) -> Response:
    """The next version; the one before stays to be read. Lines left out are not quoted."""
    actor, _shop = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, Any]:
        found, rfq, _buyer = asked_shown(session, actor, asked_id, SELLING)
        terms = quote_terms(sent, found.organization.currency, rfq.country)
        return sent_quote(session, actor, asked_id, terms, seen=sent["version"], draft=sent["draft"])

    return once_as(QuoteSchema, work, 201)


@bp.post("/<uuid:asked_id>/refusal")
@for_programs(OFFERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(NoQuoteSchema)
@bp.response(200, AskedSchema)
def decline(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, str], asked_id: UUID) -> Response:
    """The shop sends no quote, and takes back what it has on the table."""

    def act(session: Session, actor: Actor, now: datetime) -> None:
        decline_request(session, actor, asked_id, sent["reason"], now=now)

    return _acted(asked["shop"], asked_id, act)


@bp.post("/<uuid:asked_id>/notes")
@for_programs(OFFERS)
@limiter.limit(WRITE, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(NoteWishSchema)
@bp.response(201, AskedSchema)
def ask_back(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, str], asked_id: UUID) -> Response:
    """To the buyer."""

    def act(session: Session, actor: Actor, now: datetime) -> None:
        ask_buyer(session, actor, asked_id, sent["body"], form_token=form_token(), now=now)

    return _acted(asked["shop"], asked_id, act, 201)


@bp.get("/files/<uuid:file_id>")
@for_programs(OFFERS)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@answers_file
def file(asked: dict[str, Any], file_id: UUID) -> Response:
    """A file of a request to the shop: a picture as WebP, a PDF as it was sent."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        found = file_shown(session, actor, file_id)
        return handed_out(found.kind, found.name, found.content)


@quotes.get("/<uuid:quote_id>")
@for_programs(OFFERS)
@quotes.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@quotes.response(200, QuoteSchema)
def version(asked: dict[str, Any], quote_id: UUID) -> dict[str, Any]:
    """One version, and what the buyer asked for instead."""
    actor, _shop = acting_shop(asked["shop"])
    with reading() as session:
        return quote_detail(session, actor, quote_id, for_buyer=False)


@quotes.post("/<uuid:quote_id>/withdrawal")
@for_programs(OFFERS)
@quotes.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@quotes.arguments(IdempotencyKeySchema, location="headers")
@quotes.response(200, QuoteSchema)
def withdraw(asked: dict[str, Any], _headers: dict[str, str], quote_id: UUID) -> Response:
    """Take it back; another version can follow."""
    actor, _shop = acting_shop(asked["shop"])

    def work(session: Session) -> dict[str, Any]:
        quote_detail(session, actor, quote_id, for_buyer=False)
        withdraw_quote(session, actor, quote_id, now=datetime.now(UTC))
        session.flush()
        session.expire_all()
        return quote_detail(session, actor, quote_id, for_buyer=False)

    return once_as(QuoteSchema, work)


def _acted(
    shop: UUID | None, asked_id: UUID, act: Callable[[Session, Actor, datetime], None], status: int = 200
) -> Response:
    actor, _shop = acting_shop(shop)

    def work(session: Session) -> dict[str, Any]:
        act(session, actor, datetime.now(UTC))
        session.flush()
        session.expire_all()
        return _body(session, actor, asked_id)

    return once_as(AskedSchema, work, status)


def _body(session: Session, actor: Actor, asked_id: UUID) -> dict[str, Any]:
    asked, rfq, buyer = asked_shown(session, actor, asked_id)
    notes = notes_of(session, [asked.id]).get(asked.id, ())
    versions = list(versions_of(session, asked.id))
    body = asked_body(asked, rfq, buyer, lines_of(session, rfq.id), versions, notes, datetime.now(UTC))
    return {**body, "files": files_of(session, rfq.id)}
