"""What a price list may say."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PriceListTerms:
    """`off_bps`: hundredths of a percent off everything that has no price of its own in the list."""

    name: str
    off_bps: int = 0
    is_fixed: bool = False
    is_active: bool = True
    group_ids: Collection[UUID] = ()
