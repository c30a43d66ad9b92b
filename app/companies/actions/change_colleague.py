"""The role and limit of somebody who buys for a company; and leaving it."""

from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, lazyload

from app.audit.actions.record_act import record_act
from app.companies.errors import ColleagueNotFound, LastApprover
from app.companies.events import ColleagueLeft
from app.companies.models import BuyingFor, Company, SpendingLimit
from app.companies.rules.spending import require_limit
from app.db.locks import lock_one
from app.events.bus import publish
from app.identity.actor import Actor
from app.identity.errors import UnusableChoice
from app.identity.models import Member
from app.identity.rules.roles import APPROVER, BUYING_ROLES


def change_colleague(session: Session, actor: Actor, member_id: UUID, *, role: str, limit_cents: int | None) -> UUID:
    """Counts from the next order on, also for a cart that is at checkout now. Gives the company.

    Raises ColleagueNotFound for who is no approver of the company, LastApprover, UnusableChoice, UnusableLimit.
    """
    if role not in BUYING_ROLES:
        raise UnusableChoice(field="role")
    require_limit(limit_cents)
    member = _locked(session, actor, member_id)
    if role != APPROVER:
        _require_another_approver(session, member)
    member.role = role
    session.execute(delete(SpendingLimit).where(SpendingLimit.member_id == member.id))
    if limit_cents is not None:
        session.add(SpendingLimit(member_id=member.id, limit_cents=limit_cents))
    session.flush()
    details = {"member_id": str(member.id), "role": role, "limit_cents": limit_cents}
    record_act(session, actor.user_id, "company.change_member", member.organization_id, **details)
    return member.organization_id


def remove_colleague(session: Session, actor: Actor, member_id: UUID) -> UUID:
    """By an approver, or by oneself. Their orders stay the company's, and links to them end. Raises ColleagueNotFound, LastApprover."""
    member = _locked(session, actor, member_id)
    _require_another_approver(session, member)
    company_id = member.organization_id
    session.execute(
        delete(BuyingFor).where(BuyingFor.user_id == member.user_id, BuyingFor.organization_id == company_id)
    )
    session.execute(delete(Member).where(Member.id == member.id))
    record_act(session, actor.user_id, "company.remove_member", company_id, user_id=str(member.user_id))
    publish(session, ColleagueLeft(company_id, member.user_id))
    session.expunge(member)
    return company_id


def _locked(session: Session, actor: Actor, member_id: UUID) -> Member:
    """The company's row first: changes of its people stand in line, so that the last approver is never lost twice."""
    wanted = select(Member.organization_id).where(Member.id == member_id).scalar_subquery()
    company = select(Company.organization_id).where(Company.organization_id == wanted).with_for_update(of=Company)
    session.execute(company)
    may = Member.organization_id.in_(actor.organizations({APPROVER})) | (Member.user_id == actor.user_id)
    query = select(Member).where(Member.id == member_id, Member.role.in_(BUYING_ROLES), may)
    return lock_one(session, query.options(lazyload(Member.organization)), missing=ColleagueNotFound)


def _require_another_approver(session: Session, member: Member) -> None:
    others = select(func.count()).where(
        Member.organization_id == member.organization_id, Member.role == APPROVER, Member.id != member.id
    )
    if member.role == APPROVER and not session.scalar(others):
        raise LastApprover
