"""Facts about goods."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ListingOnSale:
    """Goods have come on sale, or what is said of them has changed while they are."""

    listing_id: UUID


@dataclass(frozen=True)
class VariantSoldOut:
    """A paid checkout took the last of it."""

    variant_id: UUID
    order_group_id: UUID
