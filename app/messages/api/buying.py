"""Conversations of who buys."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE
from sqlalchemy.orm import Session

from app.access.current import as_person, asking_person, for_buyers, for_programs, opened_orders
from app.access.rules import MESSAGES
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, PageQuerySchema, page_body, page_schema
from app.api.uploads import takes_files
from app.catalog.queries.goods import listing_shown
from app.db.session import reading
from app.identity.models import User
from app.media.uploads import answers_file, handed_out
from app.messages.actions.block_side import block_side, unblock_side
from app.messages.actions.start_thread import About, start_thread
from app.messages.actions.write_message import Author
from app.messages.api.shared import acted, reported, seen
from app.messages.errors import OwnShop
from app.messages.files import Draft
from app.messages.parties import Party
from app.messages.programs import started, thread_detail, written
from app.messages.queries import file_shown, inbox
from app.messages.rules import BUYER, LISTING
from app.messages.schemas import (
    NewMessageSchema,
    QuestionSchema,
    ReportedAnswerSchema,
    ReportedSchema,
    SeenUpToSchema,
    ThreadRowSchema,
    ThreadSchema,
    row_body,
)
from app.web.limits import SEND_MAIL, WRITE, limiter

bp = Blueprint("conversations", __name__, url_prefix=f"{PREFIX}/messages", description="Conversations of who buys")
limited = limiter.shared_limit(WRITE, scope="messages", key_func=as_person)


@bp.get("")
@for_buyers(MESSAGES)
@bp.arguments(PageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(ThreadRowSchema))
def threads(asked: dict[str, Any]) -> dict[str, Any]:
    """The conversation that moved last stands first."""
    with reading() as session:
        found = inbox(session, _party(), BUYER, cursor=asked["cursor"], size=asked["size"])
        return page_body(found, row_body)


@bp.post("")
@for_programs(MESSAGES)
@limited
@takes_files
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(QuestionSchema)
@bp.response(201, ThreadSchema)
def ask(_headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """A question about goods; who has asked about these before goes on in the same conversation."""
    actor = asking_person()

    def start(session: Session, draft: Draft, now: datetime) -> UUID:
        listing = listing_shown(session, actor, sent["listing"])
        if actor.member_of(listing.organization_id):
            raise OwnShop
        who = session.get_one(User, actor.user_id)
        about = About(LISTING, listing.id, listing.slug, listing.titles, listing.organization_id, who.id, who.name)
        return start_thread(session, about, Author(BUYER, who.id), draft, now=now).thread_id

    return started(_party(), BUYER, sent, start)


@bp.get("/<uuid:thread_id>")
@for_buyers(MESSAGES)
@bp.arguments(PageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, ThreadSchema)
def thread(asked: dict[str, Any], thread_id: UUID) -> dict[str, Any]:
    """One conversation. Reading it marks nothing: say what was seen with `POST …/seen`."""
    with reading() as session:
        return thread_detail(session, _party(), BUYER, thread_id, cursor=asked["cursor"], size=asked["size"])


@bp.post("/<uuid:thread_id>")
@for_buyers(MESSAGES)
@limited
@takes_files
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(NewMessageSchema)
@bp.response(201, ThreadSchema)
def write(_headers: dict[str, str], sent: dict[str, Any], thread_id: UUID) -> Response:
    """One more message to the shop."""
    return written(_party(), BUYER, thread_id, sent)


@bp.post("/<uuid:thread_id>/seen")
@for_buyers(MESSAGES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(SeenUpToSchema)
@bp.response(200, ThreadSchema)
def look(_headers: dict[str, str], sent: dict[str, int], thread_id: UUID) -> Response:
    """What was looked at is no longer unread."""
    return seen(_party(), BUYER, thread_id, sent["sequence"])


@bp.post("/<uuid:thread_id>/block")
@for_buyers(MESSAGES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, ThreadSchema)
def block(_headers: dict[str, str], thread_id: UUID) -> Response:
    """No more messages of this shop, except about a running order."""
    party = _party()
    return acted(party, BUYER, thread_id, lambda session: block_side(session, party, BUYER, thread_id))


@bp.delete("/<uuid:thread_id>/block")
@for_buyers(MESSAGES)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, ThreadSchema)
def unblock(_headers: dict[str, str], thread_id: UUID) -> Response:
    """Take that back."""
    party = _party()
    return acted(party, BUYER, thread_id, lambda session: unblock_side(session, party, BUYER, thread_id))


@bp.post("/reports")
@for_buyers(MESSAGES)
@limiter.limit(SEND_MAIL, key_func=as_person)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ReportedSchema)
@bp.response(201, ReportedAnswerSchema)
def report(_headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """Somebody of the market looks at a message of a shop."""
    return reported(_party(), BUYER, sent)


@bp.get("/files/<uuid:file_id>")
@for_buyers(MESSAGES)
@answers_file
def file(file_id: UUID) -> Response:
    """A file of one's conversations: a picture as WebP, a PDF as it was sent."""
    with reading() as session:
        found = file_shown(session, _party(), file_id, is_operator=False)
        return handed_out(found.kind, found.name, found.content)


def _party() -> Party:
    return Party(asking_person(), opened_orders())
