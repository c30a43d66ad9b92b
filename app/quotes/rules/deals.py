"""The life of a deal: agreed, then ordered once, or lapsed, or canceled."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.quotes.errors import DealIsBeingPaid, DealIsEmpty, DealIsOrdered, DealIsOver
from app.quotes.rules.freight import Freight
from app.quotes.rules.parts import AT_ONCE, PaymentParts
from app.states.edges import Axis, By, edge, table

OFFER, QUOTE = "offer", "quote"


class DealState(StrEnum):
    AGREED = "agreed"
    ORDERED = "ordered"
    LAPSED = "lapsed"
    CANCELED = "canceled"


DEAL = Axis(
    "deal",
    "deals.state",
    "Agreed, then ordered once, or lapsed, or canceled. What the goods cost and who holds them does not change.",
    table(
        edge(None, DealState.AGREED, "quotes.agree_deal", By.BUYER, By.SELLER),
        edge(DealState.AGREED, DealState.ORDERED, "quotes.order_deal", By.NEWS),
        edge(DealState.AGREED, DealState.LAPSED, "quotes.end_deal", By.CLOCK),
        edge(DealState.AGREED, DealState.LAPSED, "quotes.order_deal", By.CLOCK),  # its checkout outlived it, unpaid
        edge(DealState.AGREED, DealState.CANCELED, "quotes.end_deal", By.BUYER, By.SELLER),
    ),
)


@dataclass(frozen=True)
class AgreedLine:
    """So many of a variant at this price of one, in minor units of the seller's currency."""

    variant_id: UUID
    quantity: int
    price_minor: int


@dataclass(frozen=True)
class DealTerms:
    """What two parties agreed on. The buyer may order until `valid_until`; `source` is where it was agreed.

    `freight` takes the place of what the shop asks for sending; `reference` is the number of the quote, `contract` its
    terms in words; a deal made for `company_id` is ordered for that company only.
    """

    organization_id: UUID
    buyer_id: UUID
    lines: Sequence[AgreedLine]
    valid_until: datetime
    source: str
    parts: PaymentParts = AT_ONCE
    freight: Freight | None = None
    reference: str = ""
    contract: str = ""
    company_id: UUID | None = None


def may_become(state: str, wanted: DealState) -> bool:
    return DEAL.leads(state, wanted)


def state_at(state: str, *, valid_until: datetime, is_in_checkout: bool, now: datetime) -> DealState:
    """What it is now, also when the job that writes it down has not come by yet. In checkout it does not lapse."""
    has_lapsed = state == DealState.AGREED and not is_in_checkout and valid_until <= now
    return DealState.LAPSED if has_lapsed else DealState(state)


def require_open(state: DealState) -> None:
    """Raises DealIsOrdered or DealIsOver when it cannot be ordered any more."""
    if state is DealState.ORDERED:
        raise DealIsOrdered
    if state is not DealState.AGREED:
        raise DealIsOver


def require_unpaid(*, is_in_checkout: bool) -> None:
    """Nobody takes a deal back from under a buyer who types a card number."""
    if is_in_checkout:
        raise DealIsBeingPaid


def require_lines(lines: Sequence[AgreedLine]) -> None:
    is_sound = all(line.quantity > 0 and line.price_minor > 0 for line in lines)
    if not lines or not is_sound or len({line.variant_id for line in lines}) < len(lines):
        raise DealIsEmpty
