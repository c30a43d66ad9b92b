"""Orders as programs read them."""

from typing import Any

from marshmallow import Schema, fields, validate

from app.api.schemas import HeadersSchema, MoneySchema, money_body, secret_header
from app.money.amounts import usd
from app.orders.models import Fulfillment, Order, OrderGroup
from app.orders.rules.status import FulfillmentStatus, PaymentStatus, SettlementStatus


class OrderKeySchema(HeadersSchema):
    key = secret_header("Order-Key", "From POST /cart/order")


class OrderParcelItemSchema(Schema):
    sku = fields.String()
    is_sample = fields.Boolean(metadata={"description": "A sample of what has this code"})
    quantity = fields.Integer()


class OrderParcelSchema(Schema):
    """What left together."""

    id = fields.UUID()
    carrier = fields.String()
    tracking = fields.String()
    shipped_at = fields.DateTime()
    delivered_at = fields.DateTime(allow_none=True)
    items = fields.List(fields.Nested(OrderParcelItemSchema))


class OrderSchema(Schema):
    """What one seller owes; the three axes are derived from what happened."""

    number = fields.String(metadata={"description": "The number people say"})
    seller = fields.String()
    total_usd = fields.Nested(MoneySchema)
    payment_status = fields.String(validate=validate.OneOf(list(PaymentStatus)))
    fulfillment_status = fields.String(validate=validate.OneOf(list(FulfillmentStatus)))
    settlement_status = fields.String(validate=validate.OneOf(list(SettlementStatus)))
    ship_by = fields.DateTime()
    promised_by = fields.DateTime()
    auto_release_at = fields.DateTime(metadata={"description": "When silence pays the seller"})
    parcels = fields.List(fields.Nested(OrderParcelSchema), metadata={"description": "The first that left first"})


class OrderGroupSchema(Schema):
    """One act of buying: an order for each seller, paid together."""

    id = fields.UUID()
    state = fields.String(validate=validate.OneOf(["pending_payment", "on_terms", "paid", "expired", "ended"]))
    total_usd = fields.Nested(MoneySchema)
    hold_until = fields.DateTime(metadata={"description": "Until then the goods are kept, unpaid"})
    orders = fields.List(fields.Nested(OrderSchema))


def group_body(group: OrderGroup) -> dict[str, Any]:
    """What `OrderGroupSchema` puts into JSON."""
    return {
        "id": group.id,
        "state": group.state,
        "total_usd": money_body(usd(group.total_cents)),
        "hold_until": group.hold_until,
        "orders": [order_body(order) for order in group.orders],
    }


def order_body(order: Order) -> dict[str, Any]:
    """What `OrderSchema` puts into JSON."""
    return {
        "number": order.number,
        "seller": order.organization.name,
        "total_usd": money_body(usd(order.due_cents)),
        "payment_status": order.payment_status,
        "fulfillment_status": order.fulfillment_status,
        "settlement_status": order.settlement_status,
        "ship_by": order.ship_by,
        "promised_by": order.promised_by,
        "auto_release_at": order.auto_release_at,
        "parcels": [_parcel(order, parcel) for parcel in order.fulfillments],
    }


def _parcel(order: Order, parcel: Fulfillment) -> dict[str, Any]:
    known = {line.id: {"sku": line.sku, "is_sample": line.is_sample} for line in order.lines}
    return {
        "id": parcel.id,
        "carrier": parcel.carrier,
        "tracking": parcel.tracking,
        "shipped_at": parcel.shipped_at,
        "delivered_at": parcel.delivered_at,
        "items": [{**known[line.order_line_id], "quantity": line.quantity} for line in parcel.lines],
    }
