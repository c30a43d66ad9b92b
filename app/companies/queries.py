"""Reading companies that buy; who may see one is part of the query."""

from uuid import UUID

from sqlalchemy import Select, select

from app.companies.models import BuyingFor
from app.identity.models import Member
from app.identity.rules.roles import BUYING_ROLES


def company_bought_for(user_id: UUID) -> Select[UUID]:
    """The company this person is buying for just now, while they still belong to it: one id or none."""
    return (
        select(BuyingFor.organization_id)
        .join(Member, (Member.organization_id == BuyingFor.organization_id) & (Member.user_id == BuyingFor.user_id))
        .where(BuyingFor.user_id == user_id, Member.role.in_(BUYING_ROLES))
    )
