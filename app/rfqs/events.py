"""Facts about requests for quotation, for the packages above."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class QuoteSent:
    """A shop sent a version of its quote."""

    quote_id: UUID
    organization_id: UUID


@dataclass(frozen=True)
class QuoteAccepted:
    """The buyer accepted it; `deal_id` is what both agreed on."""

    quote_id: UUID
    deal_id: UUID
