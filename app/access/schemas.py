"""A person's news as programs read it."""

from collections.abc import Collection
from typing import Any

from flask_babel import gettext as _
from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema
from app.notify.kinds import words_of
from app.notify.rules import TOPIC_WORDS, given
from app.web.filters import in_words


class NewsSchema(Schema):
    """Something that happened and is the person's business."""

    id = fields.UUID()
    kind = fields.String(metadata={"description": "Stable, for programs"})
    text = fields.String(metadata={"description": "In the asker's language"})
    link = fields.String(metadata={"description": "The page about it"})
    created_at = fields.DateTime()
    read_at = fields.DateTime(allow_none=True)


class ReadSchema(BaseSchema):
    """News that was looked at."""

    ids = fields.List(
        fields.UUID(),
        load_default=None,
        validate=validate.Length(min=1, max=100),
        metadata={"description": "Left out: all there is"},
    )


class UnreadSchema(Schema):
    unread = fields.Integer(metadata={"description": "Still not looked at; counted up to a hundred"})


class TopicsSchema(BaseSchema):
    """The topics of which mails are sent; what is about money or trouble always is."""

    topics = fields.List(
        fields.String(validate=validate.OneOf(list(TOPIC_WORDS))),
        required=True,
        validate=validate.Length(max=len(TOPIC_WORDS)),
    )


def news_body(row: Any) -> dict[str, Any]:
    """What `NewsSchema` puts into JSON, of a row of `app.notify.queries`."""
    values = {name: in_words(value) for name, value in given(row.values).items()}
    words = words_of(row.kind)
    same = {name: getattr(row, name) for name in ("id", "kind", "link", "created_at", "read_at")}
    return {**same, "text": _(words, **values) if values else _(words)}


def topics_body(stopped: Collection[str]) -> dict[str, Any]:
    return {"topics": [topic for topic in TOPIC_WORDS if topic not in stopped]}
