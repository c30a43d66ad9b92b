"""What may be done to an order, and when. Each rule answers with the amount or raises the error that says why not."""

from datetime import datetime

from app.money.amounts import usd, whole_cents
from app.orders.errors import (
    AlreadyShipped,
    CardIsDisputed,
    DisputeTooLate,
    EscrowIsOver,
    NothingInEscrow,
    OrderNotShippable,
    OrderNotShipped,
    RefundExceedsLeft,
    SplitIsNotWhole,
)
from app.orders.rules.status import Axes, FulfillmentStatus, PaymentStatus, SettlementStatus


def require_shippable(axes: Axes, *, may_ship: bool) -> None:
    """Goods leave only against money that a reorganization of the chain can hardly take back (DESIGN §5, `safe`).

    What is sold on terms leaves at the seller's own risk.
    """
    if axes.fulfillment in (FulfillmentStatus.FULFILLED, FulfillmentStatus.DELIVERED):
        raise AlreadyShipped
    if axes.fulfillment is FulfillmentStatus.CANCELED or axes.settlement is SettlementStatus.REFUNDED:
        raise OrderNotShippable
    is_on_terms = axes.payment in (PaymentStatus.ON_TERMS, PaymentStatus.SETTLED_OUTSIDE)
    if is_on_terms and axes.settlement is SettlementStatus.NONE:
        return
    if axes.settlement is not SettlementStatus.IN_ESCROW or not may_ship:
        raise NothingInEscrow


def require_held(axes: Axes) -> None:
    """Money can be sent anywhere only while it is in escrow and not in dispute."""
    if axes.settlement is not SettlementStatus.IN_ESCROW:
        raise NothingInEscrow


def require_card_undisputed(*, card_is_disputed: bool) -> None:
    """What the cardholder's bank has taken back cannot be given back to the card a second time."""
    if card_is_disputed:
        raise CardIsDisputed


def require_sent(axes: Axes) -> None:
    """All of it: while a part is missing, its money is not the seller's yet."""
    require_held(axes)
    require_all_sent(axes)


def require_all_sent(axes: Axes) -> None:
    if axes.fulfillment not in (FulfillmentStatus.FULFILLED, FulfillmentStatus.DELIVERED):
        raise OrderNotShipped


def require_disputable(axes: Axes, *, ship_by: datetime, auto_release_at: datetime, chain_now: datetime) -> None:
    """Until silence pays the seller, and not before the seller has had the time to ship."""
    require_held(axes)
    if axes.fulfillment is FulfillmentStatus.UNFULFILLED and chain_now <= ship_by:
        raise OrderNotShipped
    if chain_now >= auto_release_at:
        raise DisputeTooLate(ended=auto_release_at)


def require_returnable(axes: Axes, *, is_leaving: bool, auto_release_at: datetime, chain_now: datetime) -> None:
    """Within the protection window, of what has left, while its money is held and nobody has said where it goes."""
    if axes.settlement in (SettlementStatus.RELEASED, SettlementStatus.REFUNDED, SettlementStatus.SPLIT) or is_leaving:
        raise EscrowIsOver
    require_held(axes)
    if axes.fulfillment in (FulfillmentStatus.UNFULFILLED, FulfillmentStatus.CANCELED):
        raise OrderNotShipped
    if chain_now >= auto_release_at:
        raise EscrowIsOver


def left_cents(remaining_units: int, asked_cents: int, refunded_units: int) -> int:
    """Cents that can still be refunded: what the contract holds, less refunds asked for but not yet seen there."""
    on_the_way: int = max(asked_cents - whole_cents(refunded_units), 0)
    held: int = whole_cents(remaining_units)
    return max(held - on_the_way, 0)


def require_refundable(cents: int, *, left: int) -> None:
    if not 0 < cents <= left:
        raise RefundExceedsLeft(asked=usd(cents), left=usd(left))


def split(held: int, seller_cents: int) -> tuple[int, int]:
    """Cents for seller and buyer; together they are all that is held. Raises SplitIsNotWhole outside of that."""
    if not 0 <= seller_cents <= held:
        raise SplitIsNotWhole(asked=usd(seller_cents), held=usd(held))
    return seller_cents, held - seller_cents
