"""What a buyer sends to order."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from app.fx.rules import DatedRate
from app.orders.rules.pricing import content_hash
from app.orders.rules.purchase import Contact


@dataclass(frozen=True)
class CheckoutRequest:
    """What the buyer sent and saw. `shipping`: rate per seller; `seen`: amounts as `seen_amounts` names them.

    `company_id` is the company the page said one buys for; None for oneself.
    """

    form_token: UUID
    contact: Contact
    address: Mapping[str, str]
    shipping: Mapping[UUID, UUID]
    seen: Mapping[str, int]
    paid_by: str
    buyer_id: UUID | None = None
    buyer_address: bytes | None = None
    company_id: UUID | None = None
    po_number: str = ""
    shown_at: DatedRate | None = None

    def content_hash(self) -> bytes:
        """Language and shown currency are left out: switching them in between is no other order."""
        company = {"company": str(self.company_id), "po": self.po_number} if self.company_id else {}
        return content_hash(
            {
                **company,
                "contact": [self.contact.email, self.contact.name, self.contact.phone],
                "address": dict(self.address),
                "shipping": {str(shop): str(rate) for shop, rate in self.shipping.items()},
                "seen": dict(self.seen),
                "paid_by": self.paid_by,
                "buyer": self.buyer_address.hex() if self.buyer_address else None,
            }
        )
