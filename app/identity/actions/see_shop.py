"""The operator has looked at a private seller that sells already."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded, ShopNotFound
from app.identity.models import Organization
from app.identity.rules.roles import MARKET, OPERATOR


def see_shop(session: Session, actor: Actor, organization_id: UUID) -> Organization:
    """The limits of who was not looked at end. Twice is once. Raises OperatorNeeded, ShopNotFound."""
    if not market_role(actor, OPERATOR):
        raise OperatorNeeded
    shops = select(Organization).where(Organization.id == organization_id, Organization.kind != MARKET)
    shop = lock_one(session, shops, missing=ShopNotFound)
    if shop.opened_unseen_at is not None:
        shop.opened_unseen_at = None
        record_act(session, actor.user_id, "shop.see", shop.id, name=shop.name)
        session.flush()
    return shop
