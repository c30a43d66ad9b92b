"""The three axes of an order's status, computed from its facts and from its escrow leg as seen at the head.

Facts may arrive in any order and the axes come out the same, because each asks "did this ever happen", never "what was
last". Names of the axes: DESIGN §6.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class PaymentStatus(StrEnum):
    NONE = "none"
    ON_TERMS = "on_terms"
    SETTLED_OUTSIDE = "settled_outside"
    PAID = "paid"
    PARTIALLY_REFUNDED = "partially_refunded"
    REFUNDED = "refunded"


class FulfillmentStatus(StrEnum):
    UNFULFILLED = "unfulfilled"
    PARTIAL = "partial"
    FULFILLED = "fulfilled"
    DELIVERED = "delivered"
    CANCELED = "canceled"


class SettlementStatus(StrEnum):
    NONE = "none"
    FUNDING = "funding"
    IN_ESCROW = "in_escrow"
    DISPUTED = "disputed"
    RELEASED = "released"
    REFUNDED = "refunded"
    SPLIT = "split"


class FactKind(StrEnum):
    """What can happen to an order; the values stand in `order_events.kind`."""

    PLACED = "placed"
    ON_TERMS = "on_terms"
    DUE_MOVED = "due_moved"
    ACCEPTED = "accepted"
    SETTLED_OUTSIDE = "settled_outside"
    OWED_AGAIN = "owed_again"
    PAID = "paid"
    EXPIRED = "expired"
    FUNDED = "funded"
    PART_DUE = "part_due"
    LATE = "late"
    PARTLY_SHIPPED = "partly_shipped"
    REST_CANCELED = "rest_canceled"
    SHIPPED = "shipped"
    ARRIVAL_ASKED = "arrival_asked"
    PARCEL_DELIVERED = "parcel_delivered"
    DELIVERED = "delivered"
    RECEIVED = "received"
    RETURN_ASKED = "return_asked"
    RETURN_APPROVED = "return_approved"
    RETURN_DECLINED = "return_declined"
    RETURN_CANCELED = "return_canceled"
    RETURN_SENT = "return_sent"
    RETURN_RECEIVED = "return_received"
    RETURN_REFUNDED = "return_refunded"
    RETURN_DISPUTED = "return_disputed"
    RETURN_REMINDED = "return_reminded"
    EVIDENCE_ADDED = "evidence_added"
    CANCEL_ASKED = "cancel_asked"
    CANCELED = "canceled"
    DISPUTED = "disputed"
    RESOLVED = "resolved"
    REFUND_ASKED = "refund_asked"
    LEG_RELEASED = "leg_released"
    LEG_REFUNDED = "leg_refunded"
    MONEY_RETURNED = "money_returned"
    REFUND_FAILED = "refund_failed"
    CARD_DISPUTED = "card_disputed"
    CARD_DISPUTE_WON = "card_dispute_won"


@dataclass(frozen=True)
class Fact:
    """One thing that happened. `details` holds plain JSON values; amounts are cents (`cents`) or base units (`units`)."""

    kind: FactKind
    at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LegState:
    """An escrow leg as the chain's head shows it, in base units; a reorg may take any of it back.

    `give_back_at`: when all of it goes back by itself, unless the goods leave before. `is_market_held`: the seller is paid
    to an address the market holds, so the market signs at once when the buyer cancels what has not left.
    """

    is_funded: bool
    amount: int
    released: int = 0
    refunded: int = 0
    is_disputed: bool = False
    give_back_at: datetime | None = None
    is_market_held: bool = False

    @property
    def remaining(self) -> int:
        return self.amount - self.released - self.refunded if self.is_funded else 0


@dataclass(frozen=True)
class Axes:
    payment: PaymentStatus
    fulfillment: FulfillmentStatus
    settlement: SettlementStatus


def axes(facts: Sequence[Fact], leg: LegState | None, *, total_cents: int) -> Axes:
    """Where an order of `total_cents` stands after `facts`, given what the chain shows of its leg."""
    kinds = {fact.kind for fact in facts}
    return Axes(
        payment=_payment(facts, kinds, total_cents),
        fulfillment=_fulfillment(kinds),
        settlement=_settlement(kinds, leg, is_paid=is_paid(facts)),
    )


def returned_cents(facts: Iterable[Fact]) -> int:
    """Cents that reached the payer again, by card or on chain; a refund that the card's bank sent back did not."""
    signs = {FactKind.MONEY_RETURNED: 1, FactKind.REFUND_FAILED: -1}
    return sum(signs[fact.kind] * int(fact.details["cents"]) for fact in facts if fact.kind in signs)


def is_paid(facts: Iterable[Fact]) -> bool:
    """It was paid, and the payment did not come to nothing since."""
    counted = Counter(fact.kind for fact in facts)
    return counted[FactKind.PAID] > counted[FactKind.OWED_AGAIN]


def _payment(facts: Sequence[Fact], kinds: set[FactKind], total_cents: int) -> PaymentStatus:
    """A payment that came to nothing is given back, so what came back counts from there on."""
    if FactKind.SETTLED_OUTSIDE in kinds and FactKind.PAID not in kinds:
        return PaymentStatus.SETTLED_OUTSIDE
    undone = sum(fact.kind is FactKind.OWED_AGAIN for fact in facts)
    returned = returned_cents(facts) - undone * total_cents
    if returned >= total_cents:
        return PaymentStatus.REFUNDED
    if not is_paid(facts):
        is_owed = FactKind.ON_TERMS in kinds and FactKind.CANCELED not in kinds
        return PaymentStatus.ON_TERMS if is_owed else PaymentStatus.NONE
    return PaymentStatus.PARTIALLY_REFUNDED if returned > 0 else PaymentStatus.PAID


def _fulfillment(kinds: set[FactKind]) -> FulfillmentStatus:
    if kinds & {FactKind.DELIVERED, FactKind.RECEIVED, FactKind.ACCEPTED}:
        return FulfillmentStatus.DELIVERED
    if FactKind.SHIPPED in kinds or FactKind.REST_CANCELED in kinds:
        return FulfillmentStatus.FULFILLED
    if FactKind.PARTLY_SHIPPED in kinds:
        return FulfillmentStatus.PARTIAL
    if FactKind.CANCELED in kinds or (FactKind.EXPIRED in kinds and FactKind.PAID not in kinds):
        return FulfillmentStatus.CANCELED
    return FulfillmentStatus.UNFULFILLED


def _settlement(kinds: set[FactKind], leg: LegState | None, *, is_paid: bool) -> SettlementStatus:
    if leg is None or not leg.is_funded:
        waits = is_paid and FactKind.CANCELED not in kinds
        return SettlementStatus.FUNDING if waits else SettlementStatus.NONE
    if leg.remaining:
        return SettlementStatus.DISPUTED if leg.is_disputed else SettlementStatus.IN_ESCROW
    if leg.refunded and leg.released:
        return SettlementStatus.SPLIT
    return SettlementStatus.REFUNDED if leg.refunded else SettlementStatus.RELEASED
