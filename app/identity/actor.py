"""Who acts: a person, or nobody yet, with the roles that person holds. A plain value, safe to pass anywhere."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from app.identity.rules.roles import MARKET, SHOP_ROLES


@dataclass(frozen=True)
class Membership:
    """One role in one organization; `kind` tells the market's own organization from shops."""

    organization_id: UUID
    kind: str
    role: str


@dataclass(frozen=True)
class Actor:
    user_id: UUID | None
    memberships: tuple[Membership, ...] = ()

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    def organizations(self, roles: Collection[str] = SHOP_ROLES) -> tuple[UUID, ...]:
        """Shops (never the market itself) in which this person holds one of the roles."""
        return tuple(m.organization_id for m in self.memberships if m.kind != MARKET and m.role in roles)

    def member_of(self, organization_id: UUID, roles: Collection[str] = SHOP_ROLES) -> bool:
        return organization_id in self.organizations(roles)


ANONYMOUS = Actor(user_id=None)


def market_role(actor: Actor, *roles: str) -> bool:
    """Whether the person holds one of these roles in the market's own organization."""
    return any(m.kind == MARKET and m.role in roles for m in actor.memberships)
