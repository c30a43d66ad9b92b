"""Sending goods back: the states of a return, who may move it, and what silence does in each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.orders.errors import ReturnMovedOn
from app.orders.rules.status import FactKind


class ReturnState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    SENT = "sent"
    RECEIVED = "received"
    REFUNDED = "refunded"
    DECLINED = "declined"
    CANCELED = "canceled"
    DISPUTED = "disputed"


class Party(StrEnum):
    """Who moves a return; the market does what time demands."""

    BUYER = "buyer"
    SELLER = "seller"
    MARKET = "market"


RUNNING = (ReturnState.REQUESTED, ReturnState.APPROVED, ReturnState.SENT, ReturnState.RECEIVED)
_ONLY_BUYER, _ONLY_SELLER = frozenset({Party.BUYER}), frozenset({Party.SELLER})
EDGES: dict[tuple[ReturnState, ReturnState], frozenset[Party]] = {
    (ReturnState.REQUESTED, ReturnState.APPROVED): _ONLY_SELLER,
    (ReturnState.REQUESTED, ReturnState.DECLINED): _ONLY_SELLER,
    (ReturnState.REQUESTED, ReturnState.CANCELED): frozenset({Party.BUYER, Party.MARKET}),
    (ReturnState.APPROVED, ReturnState.SENT): _ONLY_BUYER,
    (ReturnState.APPROVED, ReturnState.CANCELED): frozenset({Party.BUYER, Party.MARKET}),
    (ReturnState.SENT, ReturnState.RECEIVED): _ONLY_SELLER,
    (ReturnState.SENT, ReturnState.CANCELED): frozenset({Party.MARKET}),
    (ReturnState.RECEIVED, ReturnState.CANCELED): frozenset({Party.MARKET}),
    **{(state, ReturnState.REFUNDED): frozenset({Party.SELLER, Party.MARKET}) for state in RUNNING},
    **{(state, ReturnState.DISPUTED): frozenset({Party.BUYER, Party.MARKET}) for state in RUNNING},
}
"""The market cancels what escrow cannot pay any more, or what the approved buyer never sent, and notes what the seller gave back in full."""

FACT_OF = {
    ReturnState.REQUESTED: FactKind.RETURN_ASKED,
    ReturnState.APPROVED: FactKind.RETURN_APPROVED,
    ReturnState.SENT: FactKind.RETURN_SENT,
    ReturnState.RECEIVED: FactKind.RETURN_RECEIVED,
    ReturnState.REFUNDED: FactKind.RETURN_REFUNDED,
    ReturnState.DECLINED: FactKind.RETURN_DECLINED,
    ReturnState.CANCELED: FactKind.RETURN_CANCELED,
    ReturnState.DISPUTED: FactKind.RETURN_DISPUTED,
}
STATE_OF = {fact: state for state, fact in FACT_OF.items()}

_DAYS = {ReturnState.REQUESTED: 3, ReturnState.APPROVED: 7, ReturnState.SENT: 10, ReturnState.RECEIVED: 3}
"""How long a state may last: for the seller's answer, the buyer's parcel, its way, and the seller's refund."""
_HOLD_DAYS = {True: 1, False: 2}


@dataclass(frozen=True)
class RunningReturn:
    """Where a return stands, as the timeline tells it."""

    state: ReturnState
    due_at: datetime
    hold_at: datetime


def require_edge(state: str, to: ReturnState, by: Party) -> None:
    """Raises ReturnMovedOn unless `by` may move a return from `state` to `to`."""
    if by not in EDGES.get((ReturnState(state), to), ()):
        raise ReturnMovedOn


def due(state: ReturnState, now: datetime, day: timedelta) -> datetime:
    """When silence in a state that begins now has its effect."""
    return now + _DAYS[state] * day


def hold_at(now: datetime, auto_release_at: datetime, day: timedelta, *, market_signs: bool) -> datetime:
    """When the money is held by a dispute if the return still runs: before silence would pay the seller.

    A day before, by the buyer agent's key; a wallet is asked two days before. Never before half of the time that is left.
    """
    return auto_release_at - min(_HOLD_DAYS[market_signs] * day, (auto_release_at - now) / 2)


def reason_of_dispute(reason: str) -> str:
    """As a dispute names what is wrong."""
    same = {"damaged": "damaged", "not_as_described": "not_as_described", "wrong_goods": "not_as_described"}
    return same.get(reason, "other")
