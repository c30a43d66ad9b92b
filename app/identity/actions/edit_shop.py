"""Changing what a shop says about itself."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.db.locks import lock_one
from app.events.bus import publish
from app.identity.actions.create_shop import ShopTerms, settled
from app.identity.actor import Actor
from app.identity.errors import ShopNotFound
from app.identity.events import ShopEdited
from app.identity.models import Organization
from app.identity.queries import shops_run_by
from app.identity.rules.roles import OWNING


def edit_shop(session: Session, actor: Actor, organization_id: UUID, terms: ShopTerms) -> Organization:
    """Owners only. The address (slug), country and currency stay, because listings, tax and orders lean on them.

    Raises ShopNotFound and what `create_shop` raises.
    """
    shop = lock_one(session, shops_run_by(actor, organization_id, OWNING), missing=ShopNotFound)
    changed = settled(terms)
    for fixed in ("country", "currency"):
        changed.pop(fixed)
    for column, value in changed.items():
        setattr(shop, column, value)
    session.flush()
    publish(session, ShopEdited(shop.id, actor.user_id))
    return shop
