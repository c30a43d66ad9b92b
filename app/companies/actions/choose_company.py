"""For whom somebody buys from now on."""

from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.companies.errors import CompanyNotFound
from app.companies.models import BuyingFor
from app.identity.actor import Actor
from app.identity.errors import SignInNeeded
from app.identity.rules.roles import BUYING_ROLES


def choose_company(session: Session, actor: Actor, company_id: UUID | None) -> None:
    """None: for oneself. Prices, private goods and the next order follow. Raises CompanyNotFound, SignInNeeded."""
    if actor.user_id is None:
        raise SignInNeeded
    if company_id is None:
        session.execute(delete(BuyingFor).where(BuyingFor.user_id == actor.user_id))
        return
    if company_id not in actor.organizations(BUYING_ROLES):
        raise CompanyNotFound
    chosen = insert(BuyingFor).values(user_id=actor.user_id, organization_id=company_id)
    session.execute(chosen.on_conflict_do_update(index_elements=["user_id"], set_={"organization_id": company_id}))
