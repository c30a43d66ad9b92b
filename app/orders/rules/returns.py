"""Sending goods back: the states of a return, who may move it, and what silence does in each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.orders.errors import ReturnMovedOn
from app.orders.rules.status import FactKind, FulfillmentStatus, SettlementStatus
from app.states.edges import Axis, By, edge, table


class ReturnState(StrEnum):
    REQUESTED = "requested"
    APPROVED = "approved"
    SENT = "sent"
    RECEIVED = "received"
    REFUNDED = "refunded"
    DECLINED = "declined"
    CANCELED = "canceled"
    DISPUTED = "disputed"


RUNNING = (ReturnState.REQUESTED, ReturnState.APPROVED, ReturnState.SENT, ReturnState.RECEIVED)
WAIT_FOR_SELLER = (ReturnState.REQUESTED, ReturnState.SENT, ReturnState.RECEIVED)
RETURN = Axis(
    "return",
    "order_returns.state",
    "Goods on their way back. Time ends what the buyer never sent; news of the money ends what escrow cannot pay any more.",
    table(
        edge(
            None,
            ReturnState.REQUESTED,
            "orders.request_return",
            By.BUYER,
            settlement=(SettlementStatus.IN_ESCROW,),
            fulfillment=(FulfillmentStatus.PARTIAL, FulfillmentStatus.FULFILLED, FulfillmentStatus.DELIVERED),
        ),
        edge(ReturnState.REQUESTED, ReturnState.APPROVED, "orders.answer_return", By.SELLER),
        edge(ReturnState.REQUESTED, ReturnState.DECLINED, "orders.answer_return", By.SELLER),
        edge(ReturnState.APPROVED, ReturnState.SENT, "orders.send_return", By.BUYER),
        edge((ReturnState.REQUESTED, ReturnState.APPROVED), ReturnState.CANCELED, "orders.send_return", By.BUYER),
        edge(ReturnState.APPROVED, ReturnState.CANCELED, "orders.look_after_return", By.CLOCK),
        edge(RUNNING, ReturnState.CANCELED, "orders.handlers", By.NEWS),
        edge(ReturnState.SENT, ReturnState.RECEIVED, "orders.finish_return", By.SELLER),
        edge(RUNNING, ReturnState.REFUNDED, "orders.finish_return", By.SELLER),
        edge(RUNNING, ReturnState.REFUNDED, "orders.handlers", By.NEWS),
        edge(RUNNING, ReturnState.DISPUTED, "orders.open_dispute", By.BUYER),
        edge(RUNNING, ReturnState.DISPUTED, "orders.put_before_arbiter", By.CLOCK, By.NEWS),
        edge(RUNNING, ReturnState.DISPUTED, "orders.handlers", By.NEWS),
    ),
)

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


def require_edge(state: str, to: ReturnState, by: By) -> None:
    """Raises ReturnMovedOn unless `by` may move a return from `state` to `to`."""
    if not RETURN.leads(state, to, by):
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
