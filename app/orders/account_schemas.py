"""Orders as a person's or a shop's own program reads and changes them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from app.api.schemas import AN_ID, BaseSchema, MoneySchema, PageQuerySchema, ShopQuerySchema, Text, money_body
from app.api.uploads import uploads
from app.catalog.counted_schemas import CountedSchema
from app.catalog.own_schemas import OwnPriceSchema
from app.money.amounts import Money, usd
from app.orders.actions.keep_files import MOST_FILES
from app.orders.lists import TABS
from app.orders.models import Dispute, Order
from app.orders.rules.next_event import next_event
from app.orders.rules.purchase import MAX_QUANTITY
from app.orders.rules.status import FulfillmentStatus, PaymentStatus, SettlementStatus
from app.orders.rules.story import Story
from app.orders.rules.timeline import Step, StepState, timeline
from app.orders.rules.upcoming import MainAction, NextEvent
from app.orders.schemas import OrderSchema, order_body
from app.orders.signed_schemas import SignedWishSchema
from app.orders.wording import text_in_words

REASONS = ("not_arrived", "damaged", "not_as_described", "other")
LONGEST_CARRIER, LONGEST_TRACKING, LONGEST_REASON, LONGEST_PROBLEM = 60, 40, 200, 2000
MOST_PIECES = 500


class SoldQuerySchema(PageQuerySchema, ShopQuerySchema):
    """What is asked for; what is left out does not narrow."""

    state = fields.String(
        load_default=None,
        validate=validate.OneOf(TABS),
        metadata={"description": "What is to be shipped comes with the most urgent first, all else with the newest"},
    )
    placed_from = fields.AwareDateTime(load_default=None, metadata={"description": "Ordered then or later"})
    placed_before = fields.AwareDateTime(load_default=None, metadata={"description": "Ordered before"})


class ParcelWishSchema(BaseSchema):
    """Who carries it, and under which number; not every carrier gives one."""

    carrier = Text(required=True, shortest=1, longest=LONGEST_CARRIER, metadata={"example": "VET Express"})
    tracking = Text(load_default="", longest=LONGEST_TRACKING, metadata={"example": "KP 8812"})


class PiecesSchema(BaseSchema):
    """So many pieces of one line of the order."""

    line_id = fields.UUID(required=True, metadata={**AN_ID, "description": "From `lines` of the order"})
    quantity = fields.Integer(
        required=True, strict=True, validate=validate.Range(min=1, max=MAX_QUANTITY), metadata={"example": 1}
    )


class PackedSchema(BaseSchema):
    """Goods of an order, each line named once."""

    items = fields.List(fields.Nested(PiecesSchema), required=True, validate=validate.Length(min=1, max=MOST_PIECES))

    @validates_schema
    def names_each_once(self, sent: dict[str, Any], **_others: Any) -> None:
        named = [one["line_id"] for one in sent.get("items", [])]
        if len(set(named)) < len(named):
            raise ValidationError("Name each of them once.", "items")


class ShipmentWishSchema(ParcelWishSchema, SignedWishSchema):
    """A shop with an own wallet signs `mark_shipped` where the buyer has asked the chain for the money."""


class NewParcelSchema(ShipmentWishSchema, PackedSchema):
    """What of the order is in this parcel."""


class RefundWishSchema(SignedWishSchema):
    """A part of the order or all that is left of it; a shop with an own wallet signs `refund`."""

    amount = fields.Nested(OwnPriceSchema, required=True, metadata={"description": "In US dollars"})
    reason = Text(
        required=True,
        shortest=1,
        longest=LONGEST_REASON,
        metadata={"description": "As the buyer will read it", "example": "A bruised one."},
    )


class ReportSchema(SignedWishSchema):
    """What is wrong with the order; a buyer with an own wallet signs `dispute`."""

    reason = fields.String(required=True, validate=validate.OneOf(REASONS))
    text = Text(required=True, shortest=1, longest=LONGEST_PROBLEM, metadata={"example": "Two bags were wet."})
    files = uploads(MOST_FILES)


class OrderRowSchema(Schema):
    """An order in a list."""

    number = fields.String(metadata={"description": "The number people say; it names the order in addresses"})
    seller = fields.String()
    buyer = fields.String(metadata={"description": "Name of who receives it"})
    country = fields.String(metadata={"description": "Where it goes"}, allow_none=True)
    city = fields.String(allow_none=True)
    placed_at = fields.DateTime()
    total = fields.Nested(MoneySchema, metadata={"description": "In the seller's currency"})
    total_usd = fields.Nested(MoneySchema)
    payment_status = fields.String(validate=validate.OneOf(list(PaymentStatus)))
    fulfillment_status = fields.String(validate=validate.OneOf(list(FulfillmentStatus)))
    settlement_status = fields.String(validate=validate.OneOf(list(SettlementStatus)))
    ship_by = fields.DateTime()
    promised_by = fields.DateTime()
    auto_release_at = fields.DateTime(metadata={"description": "When silence pays the seller"})


class OrderLineSchema(CountedSchema):
    """As it was ordered: later changes of the goods do not reach it."""

    id = fields.UUID()
    variant_id = fields.UUID()
    sku = fields.String()
    titles = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "By language"})
    names = fields.Dict(keys=fields.String(), values=fields.String(), metadata={"description": "Of the choice"})
    quantity = fields.Integer()
    is_sample = fields.Boolean(metadata={"description": "A sample, at the sample's price; `unit` is then `sample`"})
    price = fields.Nested(MoneySchema)
    total = fields.Nested(MoneySchema)
    total_usd = fields.Nested(MoneySchema)


class StepSchema(Schema):
    """One of the five steps of money and parcel; `at` is expected where the step is not done."""

    name = fields.String(metadata={"description": "In the asker's language"})
    state = fields.String(validate=validate.OneOf(list(StepState)))
    at = fields.DateTime(allow_none=True)
    note = fields.String()


class NextEventSchema(Schema):
    """What happens next, and what if nobody acts by then."""

    headline = fields.String(metadata={"description": "In the asker's language"})
    otherwise = fields.String()
    by = fields.DateTime(allow_none=True)
    action = fields.String(
        allow_none=True,
        validate=validate.OneOf(list(MainAction)),
        metadata={"description": "What its page offers first to this side"},
    )


class ProblemReportSchema(Schema):
    """What the buyer reported, and what the market decided."""

    reason = fields.String(validate=validate.OneOf(REASONS))
    text = fields.String()
    state = fields.String(validate=validate.OneOf(["open", "resolved"]))
    opened_at = fields.DateTime()
    resolution = fields.String(allow_none=True)


class OrderDetailSchema(OrderSchema):
    """An order with all that its page shows to this side."""

    group_id = fields.UUID(metadata={"description": "What was bought and paid together"})
    placed_at = fields.DateTime()
    total = fields.Nested(MoneySchema, metadata={"description": "In the seller's currency"})
    buyer = fields.String()
    phone = fields.String()
    address = fields.Dict(keys=fields.String(), values=fields.String())
    shipping_method = fields.String()
    lines = fields.List(fields.Nested(OrderLineSchema))
    timeline = fields.List(fields.Nested(StepSchema))
    next_event = fields.Nested(NextEventSchema)
    refundable_usd = fields.Nested(MoneySchema, metadata={"description": "What can still be given back"})
    problem = fields.Nested(ProblemReportSchema, allow_none=True)


def counts_of(sent: dict[str, Any]) -> dict[UUID, int]:
    """What `PackedSchema` read, by the id of the line."""
    return {one["line_id"]: one["quantity"] for one in sent["items"]}


def row_body(row: Any, *, for_seller: bool) -> dict[str, Any]:
    """What `OrderRowSchema` puts into JSON, of a row of `app.orders.lists`; a buyer pays less by a voucher of the market."""
    same = ("number", "seller", "buyer", "country", "city", "placed_at", "ship_by", "promised_by", "auto_release_at")
    states = ("payment_status", "fulfillment_status", "settlement_status")
    return {
        **{name: getattr(row, name) for name in (*same, *states)},
        "total": money_body(Money(row.total_minor, row.currency)),
        "total_usd": money_body(usd(row.total_cents if for_seller else row.due_cents)),
    }


def detail_body(order: Order, story: Story, *, left: int, problem: Dispute | None, for_seller: bool) -> dict[str, Any]:
    """What `OrderDetailSchema` puts into JSON. `left`: cents that can still be given back."""
    now = datetime.now(UTC)
    return {
        **order_body(order),
        "total_usd": money_body(usd(order.total_cents if for_seller else order.due_cents)),
        "group_id": order.group_id,
        "placed_at": order.placed_at,
        "total": money_body(Money(order.total_minor, order.currency)),
        "buyer": order.group.name,
        "phone": order.group.phone,
        "address": {name: str(part) for name, part in order.group.address.items()},
        "shipping_method": order.shipping["method"],
        "lines": _lines(order),
        "timeline": _steps(timeline(story, now)),
        "next_event": _next(next_event(story, now, for_seller=for_seller)),
        "refundable_usd": money_body(usd(left)),
        "problem": problem,
    }


def _lines(order: Order) -> list[dict[str, Any]]:
    return [
        {
            "id": line.id,
            "variant_id": line.variant_id,
            "sku": line.sku,
            "titles": line.titles,
            "names": line.variant_names,
            "quantity": line.quantity,
            "unit": line.unit,
            "pieces": line.pieces,
            "piece_unit": line.piece_unit,
            "is_sample": line.is_sample,
            "price": money_body(Money(line.price_minor, order.currency)),
            "total": money_body(Money(line.line_minor, order.currency)),
            "total_usd": money_body(usd(line.line_cents)),
        }
        for line in order.lines
    ]


def _steps(steps: Sequence[Step]) -> list[dict[str, Any]]:
    return [
        {"name": text_in_words(step.name), "state": step.state.value, "at": step.at, "note": text_in_words(step.note)}
        for step in steps
    ]


def _next(event: NextEvent) -> dict[str, Any]:
    return {
        "headline": text_in_words(event.headline),
        "otherwise": text_in_words(event.otherwise),
        "by": event.by,
        "action": event.action.value if event.action else None,
    }
