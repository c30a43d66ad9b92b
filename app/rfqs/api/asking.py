"""Asking shops for quotes, and answering what they quote."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import as_person, asking_person, for_programs, form_token, once_as, person_id, require_scope
from app.access.rules import COMPANIES, OFFERS
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, PageQuerySchema, page_body, page_schema
from app.api.uploads import takes_files
from app.companies.queries import buying_context
from app.config.current import settings
from app.db.session import in_transaction, reading
from app.identity.actor import Actor
from app.media.uploads import answers_file, handed_out
from app.rfqs.actions.answer_quote import accept_quote, counter_quote
from app.rfqs.actions.keep_request import change_request, drop_file, make_request
from app.rfqs.actions.send_request import cancel_request, send_request
from app.rfqs.actions.write_note import answer_shop
from app.rfqs.api.shared import quote_detail
from app.rfqs.queries import (
    board_of,
    file_shown,
    files_of,
    lines_of,
    notes_of,
    quote_shown,
    request_shown,
    requests_made,
)
from app.rfqs.schemas.quotes import CounterQuoteSchema, QuoteSchema, counter_lines
from app.rfqs.schemas.requests import (
    NoteWishSchema,
    RequestRowSchema,
    RequestSchema,
    RequestWishSchema,
    request_body,
    request_terms,
)
from app.web.limits import PLACE_ORDER, WRITE, limiter

bp = Blueprint("requests_made", __name__, url_prefix=f"{PREFIX}/requests", description="Asking shops for quotes")
quotes = Blueprint("quotes_got", __name__, url_prefix=f"{PREFIX}/quotes", description="What shops quoted")


@bp.get("")
@for_programs(OFFERS)
@bp.arguments(PageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(RequestRowSchema))
def requests(asked: dict[str, Any]) -> dict[str, Any]:
    """One's own, and with the scope `companies` those of one's companies; what moved last first."""
    with reading() as session:
        found = requests_made(session, asking_person(), cursor=asked["cursor"], size=asked["size"])
        return page_body(found)


@bp.post("")
@for_programs(OFFERS)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@takes_files
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(RequestWishSchema)
@bp.response(201, RequestSchema)
def make(_headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """A draft, for the company one buys for just now, if any (with the scope `companies`). Nobody is told yet."""
    terms = request_terms(sent)

    def act(session: Session, actor: Actor, now: datetime) -> UUID:
        if buying_context(session, person_id()) is not None:
            require_scope(COMPANIES)
        return make_request(session, actor, terms, form_token=form_token(), now=now).id

    return _acted(act, 201)


@bp.get("/<uuid:rfq_id>")
@for_programs(OFFERS)
@bp.response(200, RequestSchema)
def one(rfq_id: UUID) -> dict[str, Any]:
    """With every shop that is asked, its newest quote and what was written."""
    with reading() as session:
        return _body(session, asking_person(), rfq_id)


@bp.put("/<uuid:rfq_id>")
@for_programs(OFFERS)
@takes_files
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(RequestWishSchema)
@bp.response(200, RequestSchema)
def change(_headers: dict[str, str], sent: dict[str, Any], rfq_id: UUID) -> Response:
    """A draft, all of it anew; its files stay."""
    terms = request_terms(sent)
    return _acted(lambda session, actor, now: change_request(session, actor, rfq_id, terms, now=now).id)


@bp.delete("/<uuid:rfq_id>/files/<uuid:file_id>")
@for_programs(OFFERS)
@bp.response(204)
def drop(rfq_id: UUID, file_id: UUID) -> Response:
    """Out of a draft; twice is once."""
    actor = asking_person()
    in_transaction(lambda session: drop_file(session, actor, rfq_id, file_id))
    return Response(status=204)


@bp.get("/files/<uuid:file_id>")
@for_programs(OFFERS)
@answers_file
def file(file_id: UUID) -> Response:
    """A file of a request: a picture as WebP, a PDF as it was sent."""
    with reading() as session:
        found = file_shown(session, asking_person(), file_id)
        return handed_out(found.kind, found.name, found.content)


@bp.post("/<uuid:rfq_id>/sending")
@for_programs(OFFERS)
@limiter.limit(WRITE, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, RequestSchema)
def send(_headers: dict[str, str], rfq_id: UUID) -> Response:
    """Every shop of it is told, one after the other."""
    return _acted(lambda session, actor, now: send_request(session, actor, rfq_id, now=now).id)


@bp.post("/<uuid:rfq_id>/cancellation")
@for_programs(OFFERS)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, RequestSchema)
def cancel(_headers: dict[str, str], rfq_id: UUID) -> Response:
    """Take it back: quotes on the table end."""
    return _acted(lambda session, actor, now: cancel_request(session, actor, rfq_id, now=now).id)


@bp.post("/shops/<uuid:asked_id>/notes")
@for_programs(OFFERS)
@limiter.limit(WRITE, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(NoteWishSchema)
@bp.response(201, RequestSchema)
def write(_headers: dict[str, str], sent: dict[str, str], asked_id: UUID) -> Response:
    """To one of the shops that were told."""

    def act(session: Session, actor: Actor, now: datetime) -> UUID:
        return answer_shop(session, actor, asked_id, sent["body"], form_token=form_token(), now=now)

    return _acted(act, 201)


@quotes.get("/<uuid:quote_id>")
@for_programs(OFFERS)
@quotes.response(200, QuoteSchema)
def quote(quote_id: UUID) -> dict[str, Any]:
    """One version; old ones stay to be read."""
    with reading() as session:
        return quote_detail(session, asking_person(), quote_id, for_buyer=True)


@quotes.post("/<uuid:quote_id>/acceptance")
@for_programs(OFFERS)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@quotes.arguments(IdempotencyKeySchema, location="headers")
@quotes.response(200, QuoteSchema)
def accept(_headers: dict[str, str], quote_id: UUID) -> Response:
    """Agree: the goods are kept, and `deal_id` names what was agreed."""

    def act(session: Session, actor: Actor, now: datetime) -> None:
        accept_quote(session, actor, quote_id, order_within=timedelta(hours=settings().deal_hours), now=now)

    return _answered(quote_id, act)


@quotes.post("/<uuid:quote_id>/counter")
@for_programs(OFFERS)
@limiter.limit(PLACE_ORDER, key_func=as_person)
@quotes.arguments(IdempotencyKeySchema, location="headers")
@quotes.arguments(CounterQuoteSchema)
@quotes.response(200, QuoteSchema)
def counter(_headers: dict[str, str], sent: dict[str, Any], quote_id: UUID) -> Response:
    """Ask for other prices or quantities: the shop answers with the next version."""

    def act(session: Session, actor: Actor, now: datetime) -> None:
        lines = counter_lines(sent, quote_shown(session, actor, quote_id)[0].currency)
        counter_quote(session, actor, quote_id, lines, sent["note"], form_token=form_token(), now=now)

    return _answered(quote_id, act)


def _acted(act: Callable[[Session, Actor, datetime], UUID], status: int = 200) -> Response:
    """`act` gives the request, which is answered as it then stands."""
    actor = asking_person()

    def work(session: Session) -> dict[str, Any]:
        rfq_id = act(session, actor, datetime.now(UTC))
        session.flush()
        session.expire_all()
        return _body(session, actor, rfq_id)

    return once_as(RequestSchema, work, status)


def _answered(quote_id: UUID, act: Callable[[Session, Actor, datetime], None]) -> Response:
    actor = asking_person()

    def work(session: Session) -> dict[str, Any]:
        quote_detail(session, actor, quote_id, for_buyer=True)
        act(session, actor, datetime.now(UTC))
        session.flush()
        session.expire_all()
        return quote_detail(session, actor, quote_id, for_buyer=True)

    return once_as(QuoteSchema, work)


def _body(session: Session, actor: Actor, rfq_id: UUID) -> dict[str, Any]:
    rfq = request_shown(session, actor, rfq_id)
    board = board_of(session, rfq.id)
    notes = notes_of(session, [row.Asked.id for row in board])
    body = request_body(rfq, lines_of(session, rfq.id), board, notes, datetime.now(UTC))
    return {**body, "files": files_of(session, rfq.id)}
