"""Facts about people and shops."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class ShopCreated:
    organization_id: UUID


@dataclass(frozen=True)
class ShopEdited:
    """Name, place or country may have changed: whatever repeats them has to be written again."""

    organization_id: UUID
    actor_id: UUID | None


@dataclass(frozen=True)
class ShopApproved:
    """`before` is the state it came from: after "suspended" it is back, otherwise it sells for the first time."""

    organization_id: UUID
    actor_id: UUID | None
    before: str


@dataclass(frozen=True)
class ShopSuspended:
    organization_id: UUID
    actor_id: UUID | None
    reason: str


@dataclass(frozen=True)
class WalletProven:
    """The shop is paid to this address from now on; running escrows keep theirs."""

    organization_id: UUID
    address: bytes


@dataclass(frozen=True)
class EmailConfirmed:
    """The address is known to be this person's own, from now on."""

    user_id: UUID
