"""What was typed in checkout so far. Kept as plain JSON with the cart; read back without trusting it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

CONTACT, ADDRESS, SHIPPING = "contact", "address", "shipping"
AGREED_COUNTRY = "agreed_country"


@dataclass(frozen=True)
class Draft:
    """Empty parts were not filled in yet. `agreed_country` is where a deal is to be sent, as was agreed."""

    contact: Mapping[str, str] = field(default_factory=dict)
    address: Mapping[str, str] = field(default_factory=dict)
    shipping: Mapping[UUID, UUID] = field(default_factory=dict)
    agreed_country: str | None = None

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Draft":
        chosen = kept.get(SHIPPING, {})
        return cls(
            contact=kept.get(CONTACT, {}),
            address=kept.get(ADDRESS, {}),
            shipping={UUID(shop): UUID(rate) for shop, rate in chosen.items()},
            agreed_country=kept.get(AGREED_COUNTRY),
        )

    @property
    def country(self) -> str | None:
        return self.address.get("country", self.agreed_country)

    @property
    def first_gap(self) -> str | None:
        """The first screen that still has to be filled in; None when all are."""
        return next((part for part in (CONTACT, ADDRESS, SHIPPING) if not getattr(self, part)), None)
