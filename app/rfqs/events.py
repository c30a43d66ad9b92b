"""Facts about requests for quotation, for the packages above and for programs."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class RequestMoved:
    """Something happened between the buyer and one shop; `kind` as in `rfq_events`, `told` when the shop got it."""

    rfq_id: UUID
    kind: str
    asked_id: UUID
    quote_id: UUID | None
