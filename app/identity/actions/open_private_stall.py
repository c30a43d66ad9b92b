"""A private person begins to sell what is no longer needed: at once, within limits, and looked at afterwards."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.identity.actions.create_shop import ShopTerms, create_shop
from app.identity.actor import Actor
from app.identity.models import Organization
from app.identity.rules.roles import PRIVATE_PERSON


def open_private_stall(session: Session, actor: Actor, terms: ShopTerms, *, now: datetime) -> Organization:
    """Sells from this moment; until the operator has looked at it, what it may put on sale is limited (decision 0016).

    Raises what `create_shop` raises.
    """
    shop = create_shop(session, actor, replace(terms, kind=PRIVATE_PERSON, is_tax_registered=False))
    shop.status, shop.opened_unseen_at = "approved", now
    session.flush()
    record_act(session, actor.user_id, "shop.open_private", shop.id, name=shop.name)
    return shop
