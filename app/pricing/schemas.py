"""Customer groups as programs see them."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema, Text, page_body
from app.pricing.rules.groups import AGREED, ASKED, DECLINED, LONGEST_NAME, MOST_AT_ONCE

LONGEST_EMAIL = 254
_STATES = validate.OneOf([ASKED, AGREED, DECLINED])


class GroupNameSchema(BaseSchema):
    name = Text(required=True, shortest=2, longest=LONGEST_NAME, metadata={"example": "Cafés"})


class BuyersSchema(BaseSchema):
    """Who is asked before is not asked twice; whether an address has an account is not said."""

    emails = fields.List(
        Text(longest=LONGEST_EMAIL),
        required=True,
        validate=validate.Length(min=1, max=MOST_AT_ONCE),
        metadata={"example": ["cafe@people.example"]},
    )


class GroupSchema(Schema):
    """A customer group with how many were asked and have not answered, and how many are in it."""

    id = fields.UUID()
    name = fields.String()
    asked = fields.Integer()
    agreed = fields.Integer()


class GroupMemberSchema(Schema):
    """A buyer by the address the shop named, and the company they have agreed for."""

    id = fields.UUID()
    email = fields.String()
    state = fields.String(validate=_STATES)
    company = fields.String(allow_none=True)
    created_at = fields.DateTime()
    answered_at = fields.DateTime(allow_none=True)


class GroupDetailSchema(Schema):
    """A group and a page of who was named, the newest first."""

    id = fields.UUID()
    name = fields.String()
    rows = fields.List(fields.Nested(GroupMemberSchema))
    next_cursor = fields.String(allow_none=True)


class AskedBuyersSchema(Schema):
    asked = fields.Integer(metadata={"description": "How many were written to now"})


class GroupAnswerSchema(BaseSchema):
    """For whom the prices are to count."""

    company_id = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "A company one approves for, with the scope `companies`; null: for oneself"},
    )


class PricesOfferedSchema(Schema):
    """A shop has named this person's address in one of its groups."""

    id = fields.UUID()
    state = fields.String(validate=_STATES)
    group = fields.String()
    shop = fields.String()
    slug = fields.String(metadata={"description": "Of the shop"})
    company_id = fields.UUID(allow_none=True)


def detail_body(group: Any, page: Any) -> dict[str, Any]:
    """What `GroupDetailSchema` puts into JSON."""
    return {"id": group.id, "name": group.name, **page_body(page)}
