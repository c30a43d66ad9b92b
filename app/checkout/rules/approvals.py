"""Orders that need an approver: which states follow which, and what a request shows."""

from collections.abc import Mapping
from typing import Any

from app.checkout.errors import AlreadyDecided
from app.checkout.rules.priced_cart import PricedCart

ASKED, APPROVED, DECLINED, WITHDRAWN, ORDERED = "asked", "approved", "declined", "withdrawn", "ordered"
STATES = (ASKED, APPROVED, DECLINED, WITHDRAWN, ORDERED)
LONGEST_REASON = 500
# from -> to: an approver decides, who asked takes back, the payment orders, other prices ask again
_NEXT = {
    ASKED: {APPROVED, DECLINED, WITHDRAWN},
    APPROVED: {ORDERED, ASKED, DECLINED, WITHDRAWN},
}


def require_next(state: str, wanted: str) -> None:
    """Raises AlreadyDecided."""
    if wanted not in _NEXT.get(state, set()):
        raise AlreadyDecided


def shown(cart: PricedCart) -> list[Mapping[str, Any]]:
    """The lines as they stood on the page, as plain values that stay as they are."""
    return [
        {
            "seller": seller.seller.name,
            "titles": dict(item.line.titles),
            "choice": dict(item.line.variant_names),
            "quantity": item.line.quantity,
            "unit": item.line.unit,
            "price_minor": item.line.price.minor,
            "currency": item.line.price.currency,
            "cents": item.line.usd.minor,
        }
        for seller in cart.sellers
        for item in seller.items
    ]
