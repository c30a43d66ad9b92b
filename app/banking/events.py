"""What banking tells the packages above it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class StatementKept:
    """A statement of the bank was taken in."""

    statement_id: UUID
