"""Facts about companies that buy."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ColleagueLeft:
    """Taken out by an approver, or gone by themselves: what they hold of the company's is worth nothing any more."""

    company_id: UUID
    user_id: UUID
