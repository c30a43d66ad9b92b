"""Holding a shop's dossier. Whoever changes it, or decides about it, holds the shop first."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.identity.actions.change_member import lock_shop_of_owner
from app.identity.actor import Actor
from app.identity.models import Organization
from app.parties.models import Dossier
from app.parties.queries import first_review


def hold_own_dossier(session: Session, actor: Actor, organization_id: UUID) -> tuple[Organization, Dossier]:
    """For the shop's owners; a first one is begun. Raises ShopNotFound."""
    shop = lock_shop_of_owner(session, actor, organization_id)
    return shop, hold_dossier(session, shop)


def hold_dossier(session: Session, shop: Organization) -> Dossier:
    """Of a shop whose row is held already."""
    values = {"organization_id": shop.id, "review": first_review(shop.status).value, "kind": shop.kind}
    session.execute(insert(Dossier).values(values).on_conflict_do_nothing())
    query = select(Dossier).where(Dossier.organization_id == shop.id).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()
