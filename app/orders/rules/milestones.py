"""An order whose money leaves escrow in parts: a deposit, a part when the goods leave, the rest when they are accepted.

Both sides agree to the parts before the buyer pays; the escrow contract releases each (DESIGN §4, partial exits).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.errors import N_
from app.money.amounts import BPS, UNITS_PER_CENT
from app.orders.rules.status import Fact, FactKind, LegState
from app.quotes.rules.parts import PaymentParts


class Trigger(StrEnum):
    """What makes a part due; in this order."""

    FUNDED = "funded"
    SHIPPED = "shipped"
    RECEIVED = "received"


TITLES = {
    Trigger.FUNDED: N_("Deposit, when the money is in escrow"),
    Trigger.SHIPPED: N_("When the goods have left"),
    Trigger.RECEIVED: N_("When the buyer has accepted the goods"),
}


@dataclass(frozen=True)
class Part:
    """A share of one order in US cents, and what makes it due; `position` counts from zero."""

    position: int
    trigger: Trigger
    share_bps: int
    cents: int


class PartState(StrEnum):
    WAITING = "waiting"
    DUE = "due"
    RELEASED = "released"


def parts(total_cents: int, agreed: PaymentParts) -> list[Part]:
    """The parts of an order of `total_cents`: cumulative and floored, so that together they are all of it.

    A share of less than a cent joins the next one. None when the money leaves at once.
    """
    shares = (
        (Trigger.FUNDED, agreed.deposit_bps),
        (Trigger.SHIPPED, agreed.shipment_bps),
        (Trigger.RECEIVED, agreed.rest_bps),
    )
    found: list[Part] = []
    shared, taken, before = 0, 0, 0
    for trigger, bps in shares if agreed else ():
        shared += bps
        until = total_cents * shared // BPS
        if until > before:
            found.append(Part(len(found), trigger, shared - taken, until - before))
            taken, before = shared, until
    return found


def part_states(agreed: Sequence[Part], facts: Sequence[Fact], leg: LegState | None) -> list[PartState]:
    """Where each part stands. Released is what the chain shows; the last part is whatever is left then."""
    due = {int(fact.details["position"]) for fact in facts if fact.kind is FactKind.PART_DUE}
    is_accepted = any(fact.kind is FactKind.RECEIVED for fact in facts)
    released = leg.released if leg else 0
    is_over = leg is not None and leg.is_funded and leg.remaining == 0
    states, until = [], 0
    for part in agreed:
        until += part.cents * UNITS_PER_CENT
        is_last = part is agreed[-1]
        if released >= until or (is_last and is_over and is_accepted):
            states.append(PartState.RELEASED)
        elif part.position in due or (is_last and is_accepted):
            states.append(PartState.DUE)
        else:
            states.append(PartState.WAITING)
    return states
