"""What packages above hear from here."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class GuestWrittenTo:
    """The shop wrote to a buyer without an account, who was not told of anything since last looking at the thread."""

    thread_id: UUID
    order_id: UUID
    sequence: int
