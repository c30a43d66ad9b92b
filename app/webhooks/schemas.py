"""Webhooks as programs read and add them."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema, Text
from app.webhooks.models import WebhookDelivery, WebhookEndpoint
from app.webhooks.rules import KINDS, LONGEST_ADDRESS, message_id

LARGEST_VERSION = 2**31 - 1
_STATES = ("waiting", "taken", "failed")


class EndpointTermsSchema(BaseSchema):
    url = Text(required=True, shortest=1, longest=LONGEST_ADDRESS, metadata={"example": "https://shop.example/hook"})
    kinds = fields.List(
        fields.String(validate=validate.OneOf(list(KINDS))),
        required=True,
        validate=validate.Length(min=1, max=len(KINDS)),
    )


class SecretSeenSchema(BaseSchema):
    secret_version = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=1, max=LARGEST_VERSION),
        metadata={"description": "The one that was read", "example": 1},
    )


class EndpointSchema(Schema):
    """An address that is told what happens."""

    id = fields.UUID()
    url = fields.String()
    kinds = fields.List(fields.String())
    is_on = fields.Boolean()
    off_because = fields.String(
        allow_none=True,
        validate=validate.OneOf(["by_hand", "failing", "gone"]),
        metadata={"description": "`failing`: it took nothing for three days; `gone`: it answered 410"},
    )
    secret_version = fields.Integer()
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
    same = ("id", "url", "kinds", "failing_since", "secret_version", "created_at")
    return {
        **{name: getattr(endpoint, name) for name in same},
        "is_on": endpoint.disabled_at is None,
        "off_because": endpoint.disabled_why,
    }


class DeliveryRowSchema(Schema):
    """One message to one address."""

    id = fields.UUID()
    message_id = fields.String(metadata={"description": "The `webhook-id` that it carries"})
    kind = fields.String()
    state = fields.String(validate=validate.OneOf(_STATES), metadata={"description": "`failed`: given up"})
    tries = fields.Integer()
    created_at = fields.DateTime()
    last_tried_at = fields.DateTime(allow_none=True)
    last_status = fields.Integer(allow_none=True, metadata={"description": "Null: there was no answer"})
    next_try_at = fields.DateTime(allow_none=True)


class DeliverySchema(DeliveryRowSchema):
    endpoint_id = fields.UUID()
    body = fields.String(metadata={"description": "What is sent, byte for byte"})
    last_answer = fields.String(metadata={"description": "How the address answered the last time, its beginning"})


def delivery_row(delivery: Any) -> dict[str, Any]:
    """What `DeliveryRowSchema` puts into JSON, of a row of the log or the message itself."""
    same = ("id", "kind", "state", "tries", "created_at", "last_tried_at", "last_status")
    return {
        **{name: getattr(delivery, name) for name in same},
        "message_id": message_id(delivery.id),
        "next_try_at": delivery.due_at if delivery.state == "waiting" else None,
    }


def delivery_body(delivery: WebhookDelivery) -> dict[str, Any]:
    """What `DeliverySchema` puts into JSON."""
    more = ("endpoint_id", "body", "last_answer")
    return {**delivery_row(delivery), **{name: getattr(delivery, name) for name in more}}
