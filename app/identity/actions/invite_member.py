"""An owner invites people to work for the shop, by e-mail."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.config.current import settings
from app.db.locks import lock_one
from app.identity.actions.change_member import lock_shop_of_owner
from app.identity.actions.register_user import normal_email
from app.identity.actor import Actor
from app.identity.errors import InvitationNotFound, InvitedAlready, MemberAlready, TooManyInvitations
from app.identity.mails import INVITED_BODY, INVITED_SUBJECT
from app.identity.models import Member, MemberInvitation, Organization, User
from app.identity.queries import open_invitations
from app.identity.rules.invitations import LASTS, MOST_OPEN, PAUSE, hash_of, new_secret
from app.identity.rules.roles import SHOP_ROLE_ORDER
from app.identity.rules.shops import require_choice
from app.identity.words import ROLE_WORDS
from app.notify.actions.send_mail import send_mail
from app.notify.words import in_language


def invite_member(
    session: Session,
    actor: Actor,
    organization_id: UUID,
    *,
    email: str,
    role: str,
    form_token: UUID,
    locale: str,
    now: datetime,
) -> MemberInvitation:
    """Offer a role; the mail leaves with the transaction. The same form again is the same invitation.

    `locale` is the language of the mail where the address has no account yet. Raises ShopNotFound, UnusableEmail,
    UnusableChoice, MemberAlready, InvitedAlready, TooManyInvitations.
    """
    shop = lock_shop_of_owner(session, actor, organization_id)
    assert actor.user_id is not None
    known = session.scalar(select(MemberInvitation).where(MemberInvitation.form_token == form_token))
    if known is not None and known.organization_id == organization_id:
        return known
    require_choice(role, SHOP_ROLE_ORDER, "role")
    address = normal_email(email)
    _require_new(session, shop.id, address)
    invitation = MemberInvitation(
        organization_id=shop.id,
        email=address,
        role=role,
        secret_hash=b"",
        form_token=form_token,
        locale=session.scalar(select(User.locale).where(User.email == address)) or locale,
        invited_by=actor.user_id,
        sent_at=now,
        sent_count=0,
        expires_at=now + LASTS,
    )
    _send(session, shop, invitation, now)
    record_act(session, actor.user_id, "member.invite", shop.id, invitation_id=str(invitation.id), role=role)
    return invitation


def send_invitation_again(session: Session, actor: Actor, invitation_id: UUID, *, now: datetime) -> MemberInvitation:
    """With a new link and all its days anew; the old link ends. Pressed twice at once it is sent once.

    Raises ShopNotFound, InvitationNotFound.
    """
    invitation, shop = _lock(session, actor, invitation_id)
    if now - invitation.sent_at >= PAUSE:
        _send(session, shop, invitation, now)
        record_act(session, actor.user_id, "member.invite_again", shop.id, invitation_id=str(invitation.id))
    return invitation


def withdraw_invitation(session: Session, actor: Actor, invitation_id: UUID, *, now: datetime) -> UUID:
    """Its link ends; gives the shop. Withdrawn before, nothing changes. Raises ShopNotFound, InvitationNotFound."""
    invitation, shop = _lock(session, actor, invitation_id, may_be_withdrawn=True)
    if invitation.withdrawn_at is None:
        invitation.withdrawn_at = now
        record_act(session, actor.user_id, "member.withdraw_invitation", shop.id, invitation_id=str(invitation.id))
    return shop.id


def _lock(
    session: Session, actor: Actor, invitation_id: UUID, *, may_be_withdrawn: bool = False
) -> tuple[MemberInvitation, Organization]:
    """The shop first, as everything about its people does."""
    wanted = open_invitations(actor, may_be_withdrawn=may_be_withdrawn).where(MemberInvitation.id == invitation_id)
    shop_id = session.scalar(wanted.with_only_columns(MemberInvitation.organization_id))
    if shop_id is None:
        raise InvitationNotFound
    shop = lock_shop_of_owner(session, actor, shop_id)
    return lock_one(session, wanted, missing=InvitationNotFound), shop


def _require_new(session: Session, organization_id: UUID, email: str) -> None:
    works_here = (
        select(Member.id)
        .join(User, User.id == Member.user_id)
        .where(Member.organization_id == organization_id, User.email == email)
    )
    if session.scalar(works_here) is not None:
        raise MemberAlready(field="email")
    of_shop = (
        MemberInvitation.organization_id == organization_id,
        MemberInvitation.accepted_at.is_(None),
        MemberInvitation.withdrawn_at.is_(None),
    )
    if session.scalar(select(MemberInvitation.id).where(*of_shop, MemberInvitation.email == email)) is not None:
        raise InvitedAlready(field="email")
    if (session.scalar(select(func.count()).where(*of_shop)) or 0) >= MOST_OPEN:
        raise TooManyInvitations(most=MOST_OPEN)


def _send(session: Session, shop: Organization, invitation: MemberInvitation, now: datetime) -> None:
    secret, market, locale = new_secret(), settings(), invitation.locale
    invitation.secret_hash = hash_of(secret)
    invitation.sent_at, invitation.expires_at = now, now + LASTS
    invitation.sent_count += 1
    session.add(invitation)
    session.flush()
    words = {"shop": shop.name, "market": market.market_name}
    send_mail(
        session,
        key=f"invitation:{invitation.id}:{invitation.sent_count}",
        recipient=invitation.email,
        locale=locale,
        subject=in_language(locale, INVITED_SUBJECT, **words),
        body=in_language(
            locale,
            INVITED_BODY,
            **words,
            role=in_language(locale, ROLE_WORDS[invitation.role]),
            link=f"{market.public_url}/join/{secret}",
            until=invitation.expires_at,
            time_zone=market.market_time_zone,
        ),
    )
