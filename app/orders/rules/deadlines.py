"""The dates an order promises, fixed when it is placed and signed into its escrow leg (DESIGN §4)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LAST_CALL = timedelta(days=2)
"""How long before silence pays the seller a silent buyer is asked once more."""


@dataclass(frozen=True)
class Deadlines:
    """`ship_by`: handed over; `promised_by`: the latest promised arrival; `auto_release_at`: silence pays the seller."""

    ship_by: datetime
    promised_by: datetime
    auto_release_at: datetime


def deadlines(
    placed_at: datetime, *, handling_days: int, transit_days: int, protection_days: int, day: timedelta
) -> Deadlines:
    """Even a seller who ships at once has one day to do it; `day` is shorter than 24 hours in tests only.

    The buyer always has at least a day between shipping and silence. Whole seconds, because the contract keeps times in seconds and both sides must hash the same terms.
    """
    ship_by = placed_at.replace(microsecond=0) + max(handling_days, 1) * day
    promised_by = ship_by + transit_days * day
    return Deadlines(ship_by, promised_by, max(promised_by + protection_days * day, ship_by + day))
