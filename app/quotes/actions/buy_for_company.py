"""For whom an offer is made, and whether the buyer may bind the company to so much."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.companies.queries import buying_context
from app.companies.rules.spending import needs_approval
from app.fx.queries import rate_for
from app.identity.actor import Actor
from app.identity.rules.roles import BUYING_ROLES
from app.money.amounts import Money, usd
from app.quotes.errors import NotOfTheCompany, OfferAboveLimit


def company_now(session: Session, actor: Actor, goods: Money) -> UUID | None:
    """The company the buyer buys for just now; None for oneself. Raises OfferAboveLimit."""
    if actor.user_id is None or not actor.organizations(BUYING_ROLES):
        return None
    context = buying_context(session, actor.user_id)
    if context is not None:
        require_within_limit(session, actor, context.company_id, goods)
    return context.company_id if context else None


def require_within_limit(session: Session, actor: Actor, company_id: UUID | None, goods: Money) -> None:
    """Of the offer's own company, whatever the buyer has chosen since. Raises NotOfTheCompany, OfferAboveLimit."""
    if company_id is None or actor.user_id is None:
        return
    context = buying_context(session, actor.user_id, company_id=company_id, for_order=True)
    if context is None:
        raise NotOfTheCompany
    if needs_approval(context.limit_cents, rate_for(session, goods.currency).rate.to_usd(goods).minor):
        raise OfferAboveLimit(limit=usd(context.limit_cents or 0))
