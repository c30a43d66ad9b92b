"""Orders that need an approver: which states follow which, and what a request shows."""

from collections.abc import Mapping
from typing import Any

from app.checkout.errors import AlreadyDecided
from app.checkout.rules.priced_cart import PricedCart
from app.states.edges import Axis, By, edge, table

ASKED, APPROVED, DECLINED, WITHDRAWN, ORDERED = "asked", "approved", "declined", "withdrawn", "ordered"
EXPIRED = "expired"
"""The deal it is about ended first."""
ORDERED_ON_TERMS = "ordered_on_terms"
"""How the last is told of what is to be paid later."""
STATES = (ASKED, APPROVED, DECLINED, WITHDRAWN, ORDERED, EXPIRED)
OPEN = (ASKED, APPROVED)
LONGEST_REASON = 500
APPROVAL = Axis(
    "approval request",
    "approval_requests.state",
    "An order, or a deal, above a member's limit. An approver decides, who asked takes back, the payment orders, other prices "
    "ask again; of who has left the company, an approver takes it over as it stands; the end of the deal ends what was asked about it.",
    table(
        edge(None, ASKED, "checkout.ask_approval", By.BUYER),
        edge(ASKED, APPROVED, "checkout.decide_approval", By.BUYER),
        edge(OPEN, DECLINED, "checkout.decide_approval", By.BUYER),
        edge(OPEN, WITHDRAWN, "checkout.decide_approval", By.BUYER),
        edge(APPROVED, ASKED, "checkout.decide_approval", By.BUYER),
        edge(APPROVED, ORDERED, "checkout.handlers", By.NEWS),
        edge(OPEN, EXPIRED, "checkout.handlers", By.CLOCK, By.BUYER, By.SELLER),
    ),
)


def state_at(state: str, *, is_deal_over: bool) -> str:
    """What it is now, also when the job that ends the deal has not come by yet."""
    return EXPIRED if is_deal_over and state in OPEN else state


def require_next(state: str, wanted: str) -> None:
    """Raises AlreadyDecided."""
    if not APPROVAL.leads(state, wanted):
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
            "is_sample": item.line.is_sample,
            "pieces": item.line.pieces,
            "piece_unit": item.line.piece_unit,
            "price_minor": item.line.price.minor,
            "currency": item.line.price.currency,
            "cents": item.line.usd.minor,
        }
        for seller in cart.sellers
        for item in seller.items
    ]
