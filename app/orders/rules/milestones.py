"""An order whose money leaves escrow in parts: a deposit, a part when the goods leave, the rest when they are accepted.

Both sides agree to the parts before the buyer pays; the escrow contract releases each (DESIGN §4, partial exits).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.errors import N_
from app.money.amounts import BPS, UNITS_PER_CENT
from app.orders.errors import UnusableMilestones
from app.orders.rules.status import Fact, FactKind, LegState


class Trigger(StrEnum):
    """What makes a part due; in this order."""

    FUNDED = "funded"
    SHIPPED = "shipped"
    RECEIVED = "received"


ORDER = tuple(Trigger)
TITLES = {
    Trigger.FUNDED: N_("Deposit, when the money is in escrow"),
    Trigger.SHIPPED: N_("When the goods have left"),
    Trigger.RECEIVED: N_("When the buyer has accepted the goods"),
}
MOST_BEFORE_ACCEPTANCE_BPS = 8_000
MOST_DEPOSIT_BPS = 5_000
"""What is paid out cannot be held back in a dispute: a buyer always keeps a part that is worth disputing."""


@dataclass(frozen=True)
class Milestone:
    """A share of the whole order, in hundredths of a percent, and what makes it due."""

    trigger: Trigger
    share_bps: int


@dataclass(frozen=True)
class Part:
    """A milestone in US cents of one order; `position` counts from zero."""

    position: int
    trigger: Trigger
    cents: int


class PartState(StrEnum):
    WAITING = "waiting"
    DUE = "due"
    RELEASED = "released"


def require_usable(milestones: Sequence[Milestone]) -> None:
    """Each trigger at most once and in order, the last is acceptance, the shares make the whole.

    Raises UnusableMilestones.
    """
    triggers = [milestone.trigger for milestone in milestones]
    in_order = triggers == [trigger for trigger in ORDER if trigger in triggers]
    shares = {milestone.trigger: milestone.share_bps for milestone in milestones}
    is_whole = sum(milestone.share_bps for milestone in milestones) == BPS and min(shares.values(), default=0) > 0
    deposit = shares.get(Trigger.FUNDED, 0)
    before = deposit + shares.get(Trigger.SHIPPED, 0)
    is_safe = deposit <= MOST_DEPOSIT_BPS and before <= MOST_BEFORE_ACCEPTANCE_BPS
    if not (in_order and is_whole and is_safe and Trigger.RECEIVED in shares):
        raise UnusableMilestones(
            field="milestones", deposit=MOST_DEPOSIT_BPS // 100, before=MOST_BEFORE_ACCEPTANCE_BPS // 100
        )


def parts(total_cents: int, milestones: Sequence[Milestone]) -> list[Part]:
    """The parts of an order of `total_cents`: cumulative and floored, so that together they are all of it.

    Raises UnusableMilestones for a part of nothing.
    """
    found, shared, before = [], 0, 0
    for position, milestone in enumerate(milestones):
        shared += milestone.share_bps
        until = total_cents * shared // BPS
        if until == before:
            raise UnusableMilestones(
                field="milestones", deposit=MOST_DEPOSIT_BPS // 100, before=MOST_BEFORE_ACCEPTANCE_BPS // 100
            )
        found.append(Part(position, milestone.trigger, until - before))
        before = until
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
