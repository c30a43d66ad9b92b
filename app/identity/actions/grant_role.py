"""Giving a person a role in an organization."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.identity.errors import UnusableChoice
from app.identity.models import Member, Organization
from app.identity.rules.roles import MARKET, MARKET_ROLES, SHOP_ROLES


def grant_role(session: Session, *, granted_by: UUID | None, organization_id: UUID, user_id: UUID, role: str) -> None:
    """One role per person and organization; a second grant replaces the first. `granted_by` None: the command line.

    Raises UnusableChoice when that kind of organization has no such role.
    """
    organization = session.get_one(Organization, organization_id)
    if role not in (MARKET_ROLES if organization.kind == MARKET else SHOP_ROLES):
        raise UnusableChoice(field="role")
    statement = insert(Member).values(organization_id=organization_id, user_id=user_id, role=role)
    session.execute(statement.on_conflict_do_update(index_elements=["organization_id", "user_id"], set_={"role": role}))
    record_act(session, granted_by, "member.grant", organization_id, user_id=str(user_id), role=role)
