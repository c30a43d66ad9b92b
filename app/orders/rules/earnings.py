"""What the seller of an order gets of it."""

from dataclasses import dataclass

from app.money.amounts import UNITS_PER_CENT, TokenAmount
from app.orders.rules.status import LegState

BPS = 10_000


@dataclass(frozen=True)
class Earnings:
    """What buyers get back carries no commission; `net` is what is left for the seller."""

    given_back: TokenAmount
    commission: TokenAmount
    net: TokenAmount


def earnings(total_cents: int, commission_bps: int, leg: LegState | None) -> Earnings:
    """As the escrow contract counts: of what is not refunded, rounded down to a unit. `leg` is None before payment."""
    amount = total_cents * UNITS_PER_CENT
    back = leg.refunded if leg else 0
    commission = (amount - back) * commission_bps // BPS
    return Earnings(TokenAmount(back), TokenAmount(commission), TokenAmount(amount - back - commission))
