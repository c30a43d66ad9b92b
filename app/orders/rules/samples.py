"""Whose samples are counted together."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class SampleBuyer:
    """A company counts as one, whoever of it orders. A person is known by account and by e-mail address, a guest by the
    address alone. `is_for_chosen`: for the company chosen now, instead of `company_id`.
    """

    user_id: UUID | None = None
    company_id: UUID | None = None
    email: str = ""
    is_for_chosen: bool = False

    def names(self, listing_id: UUID) -> list[str]:
        """What stands for this buyer and these goods, where only one order at a time may count."""
        people = [f"account:{self.user_id}"] if self.user_id else []
        if self.email:
            people.append(f"mail:{self.email.lower()}")
        names = [f"company:{self.company_id}"] if self.company_id else people
        return [f"sample:{listing_id}:{name}" for name in names]


def counted(lines: Iterable[tuple[UUID, int]]) -> dict[UUID, int]:
    """Listing -> how many samples, of any choice."""
    sums: dict[UUID, int] = {}
    for listing_id, quantity in lines:
        sums[listing_id] = sums.get(listing_id, 0) + quantity
    return sums
