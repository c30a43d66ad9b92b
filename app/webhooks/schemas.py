"""Webhooks as programs read and add them."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema, Text
from app.webhooks.models import WebhookEndpoint
from app.webhooks.rules import KINDS, LONGEST_ADDRESS


class EndpointTermsSchema(BaseSchema):
    url = Text(required=True, shortest=1, longest=LONGEST_ADDRESS, metadata={"example": "https://shop.example/hook"})
    kinds = fields.List(
        fields.String(validate=validate.OneOf(list(KINDS))),
        required=True,
        validate=validate.Length(min=1, max=len(KINDS)),
    )


class EndpointSchema(Schema):
    """An address that is told what happens."""

    id = fields.UUID()
    url = fields.String()
    kinds = fields.List(fields.String())
    is_on = fields.Boolean()
    failing_since = fields.DateTime(allow_none=True)
    created_at = fields.DateTime()


class EndpointsSchema(Schema):
    rows = fields.List(fields.Nested(EndpointSchema))


class NewEndpointSchema(EndpointSchema):
    secret = fields.String(
        allow_none=True,
        metadata={"description": "Verifies the messages; told this once, null when the request is repeated"},
    )


def endpoint_body(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """What `EndpointSchema` puts into JSON."""
    same = ("id", "url", "kinds", "failing_since", "created_at")
    return {**{name: getattr(endpoint, name) for name in same}, "is_on": endpoint.disabled_at is None}
