"""Returns and the evidence of a dispute as programs send and read them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate

from app.api.schemas import BaseSchema, MoneySchema, Text, money_body
from app.api.uploads import uploads
from app.money.amounts import usd
from app.orders.account_schemas import REASONS, PackedSchema, ParcelWishSchema
from app.orders.actions.keep_files import MOST_FILES
from app.orders.return_models import OrderReturn
from app.orders.rules.returns import ReturnState

RETURN_REASONS = ("damaged", "not_as_described", "wrong_goods", "changed_mind", "other")
POSTAGE = ("seller", "buyer")
LONGEST_TEXT, LONGEST_EVIDENCE, LONGEST_PLACE, LONGEST_ANSWER = 2000, 4000, 500, 1000


class ReturnWishSchema(PackedSchema):
    """Which goods are to go back, and why."""

    reason = fields.String(required=True, validate=validate.OneOf(RETURN_REASONS), metadata={"example": "damaged"})
    text = Text(required=True, shortest=1, longest=LONGEST_TEXT, metadata={"example": "One jar is broken."})
    files = uploads(MOST_FILES)


class ReturnSentSchema(ParcelWishSchema):
    """With whom the goods go back."""


class ReturnAgreedSchema(BaseSchema):
    return_address = Text(
        required=True, shortest=1, longest=LONGEST_PLACE, metadata={"example": "St 33, Kampot, Cambodia"}
    )
    postage = fields.String(
        required=True,
        validate=validate.OneOf(POSTAGE),
        metadata={"description": "Who pays for sending it back", "example": "seller"},
    )


class ReturnRefusedSchema(BaseSchema):
    answer = Text(
        required=True,
        shortest=1,
        longest=LONGEST_ANSWER,
        metadata={"description": "Why not, as the buyer will read it", "example": "The seal is broken."},
    )


class ReturnReceivedSchema(BaseSchema):
    condition = Text(
        required=True,
        shortest=1,
        longest=LONGEST_ANSWER,
        metadata={"description": "How it came back, as the buyer will read it", "example": "As new."},
    )


class FileSchema(Schema):
    """A picture or PDF. Its content: `GET [/shop]/orders/files/{id}`, or of a request `GET [/shop]/requests/files/{id}`."""

    id = fields.UUID()
    kind = fields.String(validate=validate.OneOf(["picture", "pdf"]))
    name = fields.String()


class ReturnItemSchema(Schema):
    line_id = fields.UUID()
    quantity = fields.Integer()
    worth_usd = fields.Nested(MoneySchema)


class ReturnSchema(Schema):
    """Goods that go back. `due_at`: when silence has its effect."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(list(ReturnState)))
    reason = fields.String(validate=validate.OneOf(RETURN_REASONS))
    text = fields.String()
    items = fields.List(fields.Nested(ReturnItemSchema))
    files = fields.List(fields.Nested(FileSchema))
    asked_at = fields.DateTime()
    due_at = fields.DateTime()
    return_address = fields.String()
    postage = fields.String(allow_none=True, validate=validate.OneOf(POSTAGE))
    answer = fields.String(metadata={"description": "Why it was declined"})
    carrier = fields.String()
    tracking = fields.String()
    condition = fields.String()
    refunded_usd = fields.Nested(MoneySchema, allow_none=True)
    closed_at = fields.DateTime(allow_none=True)


class ReturnsSchema(Schema):
    rows = fields.List(fields.Nested(ReturnSchema), metadata={"description": "The newest first"})


class EvidenceWishSchema(BaseSchema):
    text = Text(required=True, shortest=1, longest=LONGEST_EVIDENCE, metadata={"example": "The parcel left whole."})
    files = uploads(MOST_FILES)


class EvidenceSchema(Schema):
    """What one side has shown."""

    id = fields.UUID()
    side = fields.String(validate=validate.OneOf(["buyer", "seller"]))
    text = fields.String()
    files = fields.List(fields.Nested(FileSchema))
    added_at = fields.DateTime()


class DisputeSchema(Schema):
    """A reported problem. Both sides add until `evidence_until`, by the clock of the chain; then the market decides."""

    reason = fields.String(validate=validate.OneOf(REASONS))
    text = fields.String()
    state = fields.String(validate=validate.OneOf(["open", "resolved"]))
    opened_at = fields.DateTime()
    evidence_until = fields.DateTime(allow_none=True)
    evidence = fields.List(fields.Nested(EvidenceSchema), metadata={"description": "The oldest first"})
    resolution = fields.String(allow_none=True)
    resolved_at = fields.DateTime(allow_none=True)
    seller_usd = fields.Nested(MoneySchema, allow_none=True)
    buyer_usd = fields.Nested(MoneySchema, allow_none=True)


def returns_body(returns: Sequence[OrderReturn], files: Mapping[UUID, Sequence[Any]]) -> dict[str, Any]:
    """What `ReturnsSchema` puts into JSON."""
    return {"rows": [return_body(one, files.get(one.id, ())) for one in returns]}


def return_body(found: OrderReturn, files: Sequence[Any]) -> dict[str, Any]:
    """What `ReturnSchema` puts into JSON."""
    same = (
        "id", "state", "reason", "text", "asked_at", "due_at", "return_address", "postage", "answer", "carrier",
        "tracking", "condition", "closed_at",
    )  # fmt: skip
    return {
        **{name: getattr(found, name) for name in same},
        "items": [
            {"line_id": line.order_line_id, "quantity": line.quantity, "worth_usd": money_body(usd(line.cents))}
            for line in found.lines
        ],
        "files": files,
        "refunded_usd": money_body(usd(found.refund.amount_cents)) if found.refund else None,
    }


def dispute_body(dispute: Any, evidence: Sequence[Any], files: Mapping[UUID, Sequence[Any]]) -> dict[str, Any]:
    """What `DisputeSchema` puts into JSON, of what `app.orders.both_sides` found."""
    same = ("reason", "text", "state", "opened_at", "evidence_until", "resolution", "resolved_at")
    return {
        **{name: getattr(dispute, name) for name in same},
        "evidence": [
            {
                **{name: getattr(one, name) for name in ("id", "side", "text", "added_at")},
                "files": files.get(one.id, ()),
            }
            for one in evidence
        ],
        "seller_usd": _dollars(dispute.seller_cents),
        "buyer_usd": _dollars(dispute.buyer_cents),
    }


def _dollars(cents: int | None) -> dict[str, Any] | None:
    return money_body(usd(cents)) if cents is not None else None
