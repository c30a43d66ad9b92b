"""What a party with an own wallet signs about an order, as programs read and send it."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema, signature_field
from app.orders.rules.signed_exit import SignedExit

LATEST_SECOND = 2**53 - 1


class SignatureSchema(BaseSchema):
    """Over the document of `GET …/to-sign`, by the wallet that the order is paid from or to."""

    signature = signature_field()
    deadline = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(min=1, max=LATEST_SECOND),
        metadata={"description": "Of the document, in seconds of the chain's clock", "example": 1800000000},
    )


class SignedWishSchema(BaseSchema):
    """Only a wallet's own order needs it (409 `signature-needed` without it)."""

    signed = fields.Nested(SignatureSchema, load_default=None, allow_none=True)


class ExitToSignSchema(Schema):
    """Sign `document` by EIP-712 and send it with `deadline`."""

    document = fields.Dict(keys=fields.String())
    deadline = fields.Integer()


def signed_of(sent: Mapping[str, Any]) -> SignedExit | None:
    """What `SignedWishSchema` read."""
    signed = sent.get("signed")
    return SignedExit(bytes.fromhex(signed["signature"][2:]), signed["deadline"]) if signed else None
