"""Ratings as programs send and read them."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema, Text
from app.ratings.models import Rating
from app.ratings.rules import LEAST, LONGEST_TEXT, MOST, Record, Side


class RatingWishSchema(BaseSchema):
    stars = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=LEAST, max=MOST), metadata={"example": 5}
    )
    text = Text(load_default="", longest=LONGEST_TEXT, metadata={"example": "Well packed, and on time."})


class GivenSchema(Schema):
    stars = fields.Integer()
    text = fields.String()
    shown_at = fields.DateTime(allow_none=True, metadata={"description": "Null while only who wrote it reads it"})


class OrderRatingsSchema(Schema):
    """What each side says of the other. Both are shown when both are given, or when the time to rate is over."""

    mine = fields.Nested(GivenSchema, allow_none=True)
    theirs = fields.Nested(GivenSchema, allow_none=True)


class ShopRatingSchema(Schema):
    id = fields.UUID()
    stars = fields.Integer()
    text = fields.String()
    shown_at = fields.DateTime()


class ShopRatingsSchema(Schema):
    """`mean` is of all of them, in tenths of a star: 48 is 4.8."""

    count = fields.Integer()
    mean = fields.Integer()
    rows = fields.List(fields.Nested(ShopRatingSchema), metadata={"description": "The newest first"})
    next_cursor = fields.String(allow_none=True)


def ratings_body(given: Mapping[Side, Rating], side: Side) -> dict[str, Any]:
    """What `OrderRatingsSchema` puts into JSON."""
    return {"mine": given.get(side), "theirs": given.get(side.other)}


def record_body(record: Record) -> dict[str, int]:
    return {"count": record.count, "mean": record.tenths}
