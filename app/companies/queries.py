"""Reading companies that buy; who may see one is part of the query."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.companies.models import BuyingFor
from app.identity.actor import Actor
from app.identity.models import Member, Organization
from app.identity.rules.roles import APPROVER, BUYING_ROLES


def company_bought_for(user_id: UUID) -> Select[UUID]:
    """The company this person is buying for just now, while they still belong to it: one id or none."""
    return (
        select(BuyingFor.organization_id)
        .join(Member, (Member.organization_id == BuyingFor.organization_id) & (Member.user_id == BuyingFor.user_id))
        .where(BuyingFor.user_id == user_id, Member.role.in_(BUYING_ROLES))
    )


def companies_approved_by(session: Session, actor: Actor) -> Sequence[Organization]:
    """The companies for which this person may agree and decide, by name."""
    mine = select(Organization).where(Organization.id.in_(actor.organizations({APPROVER})))
    return session.scalars(mine.order_by(Organization.name, Organization.id)).all()
