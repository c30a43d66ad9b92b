"""What of an order's lines can still be put into a parcel, or be sent back."""

from app.orders.models import Order
from app.orders.rules.parcels import LineLeft
from app.orders.rules.status import FulfillmentStatus

ALL_GONE = (FulfillmentStatus.FULFILLED, FulfillmentStatus.DELIVERED, FulfillmentStatus.CANCELED)


def to_ship(order: Order) -> list[LineLeft]:
    """Nothing once the order is sent, or what was missing is given up."""
    is_over = order.fulfillment_status in ALL_GONE
    return [
        LineLeft(
            line.id,
            line.position,
            line.quantity,
            left=0 if is_over else line.quantity - line.shipped_count,
            gone=line.shipped_count,
            cents=line.line_cents,
        )
        for line in order.lines
    ]


def to_return(order: Order) -> list[LineLeft]:
    """What has left and is in no return that runs or was refunded."""
    return [
        LineLeft(
            line.id,
            line.position,
            line.quantity,
            left=line.shipped_count - line.returned_count,
            gone=line.returned_count,
            cents=line.line_cents,
        )
        for line in order.lines
    ]
