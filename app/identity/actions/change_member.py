"""Changes among a shop's people. Each holds the shop's row, so that no two of them leave it without an owner."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.audit.queries import has_done
from app.db.locks import load_one, lock_one
from app.identity.actor import Actor
from app.identity.errors import LastOwnerStays, MemberNotFound, ShopNotFound
from app.identity.models import Member, Organization
from app.identity.queries import shops_run_by
from app.identity.rules.roles import OWNER, OWNING, SHOP_ROLE_ORDER, SHOP_ROLES
from app.identity.rules.shops import require_choice


def lock_shop_of_owner(session: Session, actor: Actor, organization_id: UUID) -> Organization:
    """The shop, held; the actor is its owner now and not only when the request began. Raises ShopNotFound."""
    shop = lock_one(session, shops_run_by(actor, organization_id, OWNING), missing=ShopNotFound)
    if _role_now(session, organization_id, actor.user_id) != OWNER:
        raise ShopNotFound
    return shop


def change_role(session: Session, actor: Actor, organization_id: UUID, member_id: UUID, role: str) -> Member:
    """Give a member another role; the same again changes nothing.

    Raises ShopNotFound, MemberNotFound, UnusableChoice, LastOwnerStays.
    """
    lock_shop_of_owner(session, actor, organization_id)
    require_choice(role, SHOP_ROLE_ORDER, "role")
    member = _member(session, organization_id, member_id)
    if member.role == role:
        return member
    if member.role == OWNER:
        _require_another_owner(session, organization_id, member.id)
    before, member.role = member.role, role
    session.flush()
    record_act(
        session, actor.user_id, "member.change_role", organization_id,
        user_id=str(member.user_id), role=role, before=before,
    )  # fmt: skip
    return member


def remove_member(session: Session, actor: Actor, organization_id: UUID, member_id: UUID) -> None:
    """An owner removes anybody, and everybody may leave; their next request finds the door closed.

    Raises ShopNotFound, MemberNotFound, LastOwnerStays.
    """
    lock_one(session, shops_run_by(actor, organization_id, SHOP_ROLES), missing=ShopNotFound)
    member = _member(session, organization_id, member_id)
    if member.user_id != actor.user_id and _role_now(session, organization_id, actor.user_id) != OWNER:
        raise MemberNotFound
    if member.role == OWNER:
        _require_another_owner(session, organization_id, member.id)
    session.delete(member)
    session.flush()
    verb = "member.leave" if member.user_id == actor.user_id else "member.remove"
    record_act(session, actor.user_id, verb, organization_id, user_id=str(member.user_id), role=member.role)


def hand_over(session: Session, actor: Actor, organization_id: UUID, member_id: UUID, *, keep: str) -> Member:
    """Make a member the owner and take the role `keep` oneself, in one step. Twice is once. Raises as `change_role`."""
    lock_one(session, shops_run_by(actor, organization_id, SHOP_ROLES), missing=ShopNotFound)
    require_choice(keep, SHOP_ROLE_ORDER, "keep")
    member = _member(session, organization_id, member_id)
    if _role_now(session, organization_id, actor.user_id) != OWNER:
        require_handed_over(session, actor, organization_id, member.id)
        return member
    mine = _member(session, organization_id, _id_of(session, organization_id, actor.user_id))
    if member.id == mine.id:
        raise MemberNotFound(field="member_id")
    member.role, mine.role = OWNER, keep
    session.flush()
    record_act(session, actor.user_id, "member.hand_over", organization_id, user_id=str(member.user_id), role=keep)
    return member


def require_handed_over(session: Session, actor: Actor, organization_id: UUID, member_id: UUID) -> None:
    """This person made that member the owner before. Raises MemberNotFound, ShopNotFound for everybody else."""
    member = _member(session, organization_id, member_id)
    if not has_done(session, actor.user_id, "member.hand_over", organization_id, user_id=str(member.user_id)):
        raise ShopNotFound


def _member(session: Session, organization_id: UUID, member_id: UUID | None) -> Member:
    wanted = select(Member).where(Member.organization_id == organization_id, Member.id == member_id)
    return load_one(session, wanted.execution_options(populate_existing=True), missing=MemberNotFound)


def _id_of(session: Session, organization_id: UUID, user_id: UUID | None) -> UUID | None:
    wanted = select(Member.id).where(Member.organization_id == organization_id, Member.user_id == user_id)
    return session.scalar(wanted)


def _role_now(session: Session, organization_id: UUID, user_id: UUID | None) -> str | None:
    wanted = select(Member.role).where(Member.organization_id == organization_id, Member.user_id == user_id)
    return session.scalar(wanted)


def _require_another_owner(session: Session, organization_id: UUID, member_id: UUID) -> None:
    others = select(func.count()).where(
        Member.organization_id == organization_id, Member.role == OWNER, Member.id != member_id
    )
    if not session.scalar(others):
        raise LastOwnerStays
