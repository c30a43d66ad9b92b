"""A buyer agrees to be in a group, declines, or leaves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.identity.models import User
from app.identity.rules.roles import APPROVER
from app.pricing.errors import MembershipNotFound
from app.pricing.models import GroupMember
from app.pricing.rules.groups import AGREED, DECLINED, REMOVED, require_answer


def answer_offer(
    session: Session, actor: Actor, member_id: UUID, *, agrees: bool, company_id: UUID | None, now: datetime
) -> None:
    """For oneself, or for a company one is an approver of. The same answer again changes nothing.

    Raises MembershipNotFound for an offer to another address or for somebody else's company, AlreadyAnswered.
    """
    if company_id is not None and (actor.user_id is None or not _approves(actor, company_id)):
        raise MembershipNotFound
    own = select(User.email).where(User.id == actor.user_id, User.confirmed_at.is_not(None)).scalar_subquery()
    query = select(GroupMember).where(
        GroupMember.id == member_id, GroupMember.email == own, GroupMember.state != REMOVED
    )
    member = lock_one(session, query, missing=MembershipNotFound)
    wanted = AGREED if agrees else DECLINED
    if member.state == wanted and (not agrees or member.company_id == company_id):
        return
    if not (member.state == wanted == AGREED):  # from oneself to one's company and back needs no leaving first
        require_answer(member.state, wanted)
    member.state, member.answered_at = wanted, now
    member.user_id = actor.user_id
    member.company_id = company_id if agrees else None
    record_act(session, actor.user_id, f"customer_group.{wanted}", member.group_id, member_id=str(member.id))
    session.flush()


def _approves(actor: Actor, company_id: UUID) -> bool:
    return company_id in actor.organizations({APPROVER})
