"""Messages as programs send and read them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from app.api.schemas import AN_ID, BaseSchema, Text
from app.api.uploads import uploads
from app.messages.models import MessageFile
from app.messages.queries import Standing
from app.messages.rules import BUYER, LISTING, LONGEST, MOST_FILES, ORDER, REASONS, SHOP

LONGEST_REPORT, LARGEST_SEQUENCE, LONGEST_SLUG = 500, 2**31 - 1, 200
_SIDES = (BUYER, SHOP)


class NewMessageSchema(BaseSchema):
    """Pictures and PDFs may go with it."""

    body = Text(required=True, shortest=1, longest=LONGEST, metadata={"example": "Is it the new harvest?"})
    files = uploads(MOST_FILES)


class QuestionSchema(NewMessageSchema):
    """A question about goods on sale."""

    listing = fields.String(
        required=True,
        validate=validate.Length(max=LONGEST_SLUG),
        metadata={"description": "The slug of the goods", "example": "kampot-black-pepper"},
    )


class SeenUpToSchema(BaseSchema):
    sequence = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=1, max=LARGEST_SEQUENCE),
        metadata={"description": "Of the newest message that was looked at", "example": 1},
    )


class ReportedSchema(BaseSchema):
    """A message of the other side that the market is to look at."""

    message_id = fields.UUID(required=True, metadata=AN_ID)
    reason = fields.String(required=True, validate=validate.OneOf(list(REASONS)), metadata={"example": "spam"})
    text = Text(load_default="", longest=LONGEST_REPORT, metadata={"example": "The same again and again."})


class ReportedAnswerSchema(Schema):
    message_id = fields.UUID()
    state = fields.String()


class ThreadRowSchema(Schema):
    """A conversation in a list, with its newest message."""

    id = fields.UUID()
    about = fields.String(validate=validate.OneOf([LISTING, ORDER]))
    reference = fields.String(metadata={"description": "The slug of the goods, or the number of the order"})
    titles = fields.Dict(keys=fields.String(), values=fields.String())
    shop = fields.String()
    buyer = fields.String()
    last_at = fields.DateTime()
    last_side = fields.String(validate=validate.OneOf(_SIDES))
    last_body = fields.String()
    unread = fields.Integer()


class SentFileSchema(Schema):
    """Its content: `GET [/shop]/messages/files/{id}`."""

    id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(["picture", "pdf"]))
    name = fields.String()


class MessageSchema(Schema):
    id = fields.UUID()
    sequence = fields.Integer()
    side = fields.String(validate=validate.OneOf(_SIDES))
    author = fields.String(allow_none=True, metadata={"description": "Who typed it; the buyer reads the shop's name"})
    body = fields.String()
    files = fields.List(fields.Nested(SentFileSchema))
    sent_at = fields.DateTime()
    is_warned = fields.Boolean(metadata={"description": "The market warned who wrote it"})
    is_reported = fields.Boolean()


class ThreadSchema(Schema):
    """A conversation and a page of its messages, the newest first."""

    id = fields.UUID()
    about = fields.String(validate=validate.OneOf([LISTING, ORDER]))
    reference = fields.String()
    titles = fields.Dict(keys=fields.String(), values=fields.String())
    shop = fields.String()
    buyer = fields.String()
    is_closed = fields.Boolean(metadata={"description": "Nothing more can be written here"})
    blocked_by = fields.List(fields.String(validate=validate.OneOf(_SIDES)))
    rows = fields.List(fields.Nested(MessageSchema))
    next_cursor = fields.String(allow_none=True)


def row_body(row: Any) -> dict[str, Any]:
    """What `ThreadRowSchema` puts into JSON, of a row of the inbox."""
    return {
        **{name: getattr(row, name) for name in ("id", "shop", "last_at", "unread")},
        "about": row.kind,
        "reference": row.subject_ref,
        "titles": row.subject_titles,
        "buyer": row.buyer_name,
        "last_side": row.side,
        "last_body": row.body,
    }


def thread_body(
    standing: Standing, rows: Sequence[Any], files: Mapping[UUID, Sequence[MessageFile]], *, side: str
) -> dict[str, Any]:
    """What `ThreadSchema` puts into JSON for one side, without its cursor."""
    thread = standing.thread
    return {
        "id": thread.id,
        "about": thread.kind,
        "reference": thread.subject_ref,
        "titles": thread.subject_titles,
        "shop": thread.organization.name,
        "buyer": thread.buyer_name,
        "is_closed": thread.closed_at is not None or thread.erased_at is not None,
        "blocked_by": sorted(standing.blocked_by),
        "rows": [_message(row, files.get(row.id, ()), thread.organization.name, side) for row in rows],
    }


def _message(row: Any, files: Sequence[MessageFile], shop: str, side: str) -> dict[str, Any]:
    same = ("id", "sequence", "side", "body", "sent_at", "is_reported")
    hides_who = side == BUYER and row.side == SHOP
    return {
        **{name: getattr(row, name) for name in same},
        "author": shop if hides_who else row.author,
        "files": files,
        "is_warned": row.warned_at is not None,
    }
