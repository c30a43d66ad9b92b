"""Conversations of a shop."""

from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE

from app.access.current import acting_shop, as_person, for_programs
from app.access.rules import MESSAGES
from app.api.document import PREFIX
from app.api.schemas import IdempotencyKeySchema, ShopPageQuerySchema, ShopQuerySchema, page_body, page_schema
from app.api.uploads import takes_files
from app.db.session import reading
from app.identity.queries import shop_run_by
from app.identity.rules.roles import STOCKING
from app.media.uploads import answers_file, handed_out
from app.messages.actions.block_side import block_side, unblock_side
from app.messages.api.buying import limited
from app.messages.api.shared import acted, reported, seen
from app.messages.parties import Party
from app.messages.programs import thread_detail, written
from app.messages.queries import file_shown, inbox
from app.messages.rules import SHOP
from app.messages.schemas import (
    NewMessageSchema,
    ReportedAnswerSchema,
    ReportedSchema,
    SeenUpToSchema,
    ThreadRowSchema,
    ThreadSchema,
    row_body,
)
from app.web.limits import SEND_MAIL, limiter

bp = Blueprint(
    "desk_conversations", __name__, url_prefix=f"{PREFIX}/shop/messages", description="A shop's conversations"
)


@bp.get("")
@for_programs(MESSAGES)
@bp.arguments(ShopPageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, page_schema(ThreadRowSchema))
def threads(asked: dict[str, Any]) -> dict[str, Any]:
    """The conversation that moved last stands first; the warehouse finds what is about orders."""
    actor, shop_id = acting_shop(asked["shop"])
    with reading() as session:
        shop_run_by(session, actor, shop_id, STOCKING)
        party = Party(actor)
        found = inbox(session, party, SHOP, shop_id=shop_id, cursor=asked["cursor"], size=asked["size"])
        return page_body(found, row_body)


@bp.get("/<uuid:thread_id>")
@for_programs(MESSAGES)
@bp.arguments(ShopPageQuerySchema, location="query", unknown=RAISE)
@bp.response(200, ThreadSchema)
def thread(asked: dict[str, Any], thread_id: UUID) -> dict[str, Any]:
    """One conversation. Reading it marks nothing: say what was seen with `POST …/seen`."""
    with reading() as session:
        party = _party(asked["shop"])
        return thread_detail(session, party, SHOP, thread_id, cursor=asked["cursor"], size=asked["size"])


@bp.post("/<uuid:thread_id>")
@for_programs(MESSAGES)
@limited
@takes_files
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(NewMessageSchema)
@bp.response(201, ThreadSchema)
def write(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any], thread_id: UUID) -> Response:
    """One more message to the buyer."""
    return written(_party(asked["shop"]), SHOP, thread_id, sent)


@bp.post("/<uuid:thread_id>/seen")
@for_programs(MESSAGES)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(SeenUpToSchema)
@bp.response(200, ThreadSchema)
def look(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, int], thread_id: UUID) -> Response:
    """What was looked at is no longer unread, for all of the shop."""
    return seen(_party(asked["shop"]), SHOP, thread_id, sent["sequence"])


@bp.post("/<uuid:thread_id>/block")
@for_programs(MESSAGES)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, ThreadSchema)
def block(asked: dict[str, Any], _headers: dict[str, str], thread_id: UUID) -> Response:
    """No more messages of this buyer, except about a running order."""
    party = _party(asked["shop"])
    return acted(party, SHOP, thread_id, lambda session: block_side(session, party, SHOP, thread_id))


@bp.delete("/<uuid:thread_id>/block")
@for_programs(MESSAGES)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.response(200, ThreadSchema)
def unblock(asked: dict[str, Any], _headers: dict[str, str], thread_id: UUID) -> Response:
    """Take that back."""
    party = _party(asked["shop"])
    return acted(party, SHOP, thread_id, lambda session: unblock_side(session, party, SHOP, thread_id))


@bp.post("/reports")
@for_programs(MESSAGES)
@limiter.limit(SEND_MAIL, key_func=as_person)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@bp.arguments(IdempotencyKeySchema, location="headers")
@bp.arguments(ReportedSchema)
@bp.response(201, ReportedAnswerSchema)
def report(asked: dict[str, Any], _headers: dict[str, str], sent: dict[str, Any]) -> Response:
    """Somebody of the market looks at a message of a buyer."""
    return reported(_party(asked["shop"]), SHOP, sent)


@bp.get("/files/<uuid:file_id>")
@for_programs(MESSAGES)
@bp.arguments(ShopQuerySchema, location="query", unknown=RAISE)
@answers_file
def file(asked: dict[str, Any], file_id: UUID) -> Response:
    """A file of the shop's conversations: a picture as WebP, a PDF as it was sent."""
    with reading() as session:
        found = file_shown(session, _party(asked["shop"]), file_id, is_operator=False)
        return handed_out(found.kind, found.name, found.content)


def _party(shop: UUID | None) -> Party:
    return Party(acting_shop(shop)[0])
