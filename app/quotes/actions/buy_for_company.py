"""For whom an offer is made, and whether the buyer still buys for that company.

Agreeing is not ordering: what is above somebody's limit is put before an approver when the deal is to be paid.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from app.companies.queries import buying_context
from app.identity.actor import Actor
from app.identity.rules.roles import BUYING_ROLES
from app.quotes.errors import NotOfTheCompany


def company_now(session: Session, actor: Actor) -> UUID | None:
    """The company the buyer buys for just now; None for oneself."""
    if actor.user_id is None or not actor.organizations(BUYING_ROLES):
        return None
    context = buying_context(session, actor.user_id)
    return context.company_id if context else None


def require_member(session: Session, actor: Actor, company_id: UUID | None) -> None:
    """Of the offer's own company, whatever the buyer has chosen since. Raises NotOfTheCompany."""
    if company_id is None or actor.user_id is None:
        return
    if buying_context(session, actor.user_id, company_id=company_id, for_order=True) is None:
        raise NotOfTheCompany
