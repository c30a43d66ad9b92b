"""A shop's customer group."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.identity.actor import Actor
from app.identity.queries import shop_run_by
from app.identity.rules.roles import SELLING
from app.pricing.errors import GroupNameTaken
from app.pricing.models import CustomerGroup
from app.pricing.rules.groups import usable_name


def make_group(session: Session, actor: Actor, organization_id: UUID, name: str) -> UUID:
    """An empty one. Raises ShopNotFound for somebody else's shop, UnusableName, GroupNameTaken."""
    shop = shop_run_by(session, actor, organization_id, SELLING)
    values = {"organization_id": shop.id, "name": usable_name(name)}
    made = session.scalar(insert(CustomerGroup).values(values).on_conflict_do_nothing().returning(CustomerGroup.id))
    if made is None:
        raise GroupNameTaken(field="name")
    record_act(session, actor.user_id, "customer_group.make", made, name=values["name"])
    return made
