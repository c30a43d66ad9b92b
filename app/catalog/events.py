"""Facts about goods."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class VariantSoldOut:
    """A paid checkout took the last of it."""

    variant_id: UUID
    order_group_id: UUID
