"""The shop takes a buyer out of a group."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.pricing.errors import MembershipNotFound
from app.pricing.models import CustomerGroup, GroupMember
from app.pricing.queries import groups_run_by
from app.pricing.rules.groups import REMOVED, shop_may


def remove_member(session: Session, actor: Actor, member_id: UUID) -> UUID:
    """Their prices and private goods end at once, in the cart too; gives the group. Twice is once.

    Raises MembershipNotFound for somebody else's.
    """
    mine = groups_run_by(actor).with_only_columns(CustomerGroup.id)
    query = select(GroupMember).where(GroupMember.id == member_id, GroupMember.group_id.in_(mine))
    member = lock_one(session, query, missing=MembershipNotFound)
    if shop_may(member.state, REMOVED):
        member.state = REMOVED
        record_act(session, actor.user_id, "customer_group.remove", member.group_id, member_id=str(member.id))
    session.flush()
    return member.group_id
