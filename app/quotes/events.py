"""Facts about deals, for the packages above."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class DealAgreed:
    """Both sides said yes; the goods are held for the buyer."""

    deal_id: UUID
    buyer_id: UUID


@dataclass(frozen=True)
class DealEnded:
    """Taken back, or not ordered in time: nothing is held any more."""

    deal_id: UUID
