"""The invited person agrees or declines."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, lazyload

from app.audit.actions.record_act import record_act
from app.companies.errors import InvitationNotFound
from app.companies.models import BuyingFor, CompanyInvitation, SpendingLimit
from app.companies.rules.spending import may_become
from app.db.locks import lock_one
from app.identity.actor import Actor
from app.identity.models import Member, User


def answer_invitation(session: Session, actor: Actor, invitation_id: UUID, *, agrees: bool, now: datetime) -> None:
    """Who agrees belongs to the company, with the invited role and limit, and buys for it from now on.

    Twice is once. Raises InvitationNotFound for one to another address, and for one that was answered otherwise.
    """
    own = select(User.email).where(User.id == actor.user_id, User.confirmed_at.is_not(None)).scalar_subquery()
    query = select(CompanyInvitation).where(CompanyInvitation.id == invitation_id, CompanyInvitation.email == own)
    invitation = lock_one(session, query.options(lazyload(CompanyInvitation.organization)), missing=InvitationNotFound)
    wanted = "accepted" if agrees else "declined"
    if invitation.state == wanted:
        return
    if not may_become(invitation.state, wanted):
        raise InvitationNotFound
    invitation.state, invitation.answered_at = wanted, now
    if agrees:
        _join(session, actor, invitation)
    record_act(session, actor.user_id, f"company.{wanted}", invitation.organization_id)
    session.flush()


def _join(session: Session, actor: Actor, invitation: CompanyInvitation) -> None:
    values = {"organization_id": invitation.organization_id, "user_id": actor.user_id, "role": invitation.role}
    statement = insert(Member).values(values)
    member_id = session.scalar(
        statement.on_conflict_do_update(
            index_elements=["organization_id", "user_id"], set_={"role": invitation.role}
        ).returning(Member.id)
    )
    assert member_id is not None
    assert actor.user_id is not None
    if invitation.limit_cents is not None:
        session.merge(SpendingLimit(member_id=member_id, limit_cents=invitation.limit_cents))
    session.merge(BuyingFor(user_id=actor.user_id, organization_id=invitation.organization_id))
