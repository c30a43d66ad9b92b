"""What is sent: little, with a version, and of the same shapes as the API's answers."""

import json
from datetime import datetime
from typing import Any

from app.catalog.models import Variant
from app.orders.models import Order
from app.orders.schemas import OrderSchema, order_body
from app.webhooks.rules import VERSION


def message(kind: str, at: datetime, data: Any) -> str:
    """The body, as it is signed and sent at every try."""
    written = {"type": kind, "version": VERSION, "timestamp": at.isoformat(), "data": data}
    return json.dumps(written, separators=(",", ":"), ensure_ascii=False)


def order_data(order: Order) -> dict[str, Any]:
    """As `OrderSchema` of the API: no name and no address of the buyer leaves the market by itself."""
    data: dict[str, Any] = OrderSchema().dump(order_body(order))
    return data


def variant_data(variant: Variant) -> dict[str, Any]:
    """Of a choice, or the sample of one, that is sold out."""
    return {
        "listing_id": str(variant.listing_id),
        "variant_id": str(variant.id),
        "sku": variant.sku,
        "titles": variant.listing.titles,
        "names": variant.names,
        "is_sample": variant.is_sample,
        "stock": variant.stock,
    }
