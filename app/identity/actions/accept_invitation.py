"""Whoever was invited joins the shop."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.db.locks import load_one, lock_one
from app.identity.actor import Actor
from app.identity.errors import InvitationNotFound, InvitedByAnotherAddress, SignInNeeded
from app.identity.models import Member, MemberInvitation, Organization, User
from app.identity.rules.invitations import InvitationState, hash_of, state_of


def accept_invitation(session: Session, actor: Actor, secret: str, *, now: datetime) -> Organization:
    """Join with the role offered; accepted before by the same person, nothing changes. Who has a role already keeps it.

    Raises SignInNeeded, InvitationNotFound, InvitedByAnotherAddress.
    """
    if actor.user_id is None:
        raise SignInNeeded
    wanted = select(MemberInvitation).where(MemberInvitation.secret_hash == hash_of(secret))
    shop_id = load_one(session, wanted, missing=InvitationNotFound).organization_id
    shop = lock_one(session, select(Organization).where(Organization.id == shop_id), missing=InvitationNotFound)
    invitation = lock_one(session, wanted, missing=InvitationNotFound)
    user = session.get_one(User, actor.user_id, with_for_update=True)
    if user.email != invitation.email or user.confirmed_at is None:
        raise InvitedByAnotherAddress
    role = session.scalar(select(Member.role).where(Member.organization_id == shop_id, Member.user_id == user.id))
    state = state_of(
        accepted_at=invitation.accepted_at,
        withdrawn_at=invitation.withdrawn_at,
        expires_at=invitation.expires_at,
        now=now,
    )
    if state is InvitationState.ACCEPTED and role is not None:
        return shop
    if state is not InvitationState.OPEN or shop.status == "closed":
        raise InvitationNotFound
    invitation.accepted_at = now
    if role is None:
        session.add(Member(organization_id=shop.id, user_id=user.id, role=invitation.role))
    session.flush()
    record_act(session, user.id, "member.join", shop.id, user_id=str(user.id), role=role or invitation.role)
    return shop
