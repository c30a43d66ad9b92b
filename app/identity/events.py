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


@dataclass(frozen=True)
class ShopApproved:
    organization_id: UUID


@dataclass(frozen=True)
class ShopSuspended:
    organization_id: UUID
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
