"""Reading companies that buy; who may see one is part of the query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.companies.models import BuyingFor, Company, CompanyInvitation, SpendingLimit
from app.companies.rules.spending import needs_approval
from app.config.days import market_today
from app.identity.actor import Actor
from app.identity.models import Member, Organization, User
from app.identity.rules.roles import APPROVER, BUYING_ROLES
from app.parties.number_forms import forms_of
from app.parties.rules.numbers import NumberForm, Oddity, Which, oddity_of, plain_number


@dataclass(frozen=True)
class BuyingContext:
    """Somebody buying for a company: what is printed on the order, and up to how many US cents at once."""

    company_id: UUID
    name: str
    tax_number: str
    needs_po: bool
    role: str
    limit_cents: int | None


def company_bought_for(user_id: UUID) -> Select[UUID]:
    """The company this person is buying for just now, while they still belong to it: one id or none."""
    return (
        select(BuyingFor.organization_id)
        .join(Member, (Member.organization_id == BuyingFor.organization_id) & (Member.user_id == BuyingFor.user_id))
        .where(BuyingFor.user_id == user_id, Member.role.in_(BUYING_ROLES))
    )


def buying_context(
    session: Session, user_id: UUID, *, company_id: UUID | None = None, for_order: bool = False
) -> BuyingContext | None:
    """For the company chosen, or for `company_id`; None for oneself or for a company one does not belong to.

    `for_order` holds role and limit as they are until the transaction ends: who changes them waits.
    """
    company = Company.organization_id
    if for_order:  # a statement of its own: what is read below is then what the one who changed it last has left
        mine = select(Member.organization_id).where(Member.user_id == user_id, Member.role.in_(BUYING_ROLES))
        session.execute(select(company).where(company.in_(mine)).order_by(company).with_for_update(read=True))
    wanted = company == company_id if company_id else company.in_(company_bought_for(user_id))
    query = (
        select(
            company.label("company_id"), Organization.name, Company.tax_number, Company.needs_po, Member.role,
            SpendingLimit.limit_cents,
        )
        .join(Organization, Organization.id == company)
        .join(Member, (Member.organization_id == company) & (Member.user_id == user_id) & Member.role.in_(BUYING_ROLES))
        .outerjoin(SpendingLimit, SpendingLimit.member_id == Member.id)
        .where(wanted)
    )  # fmt: skip
    row = session.execute(query).one_or_none()
    return BuyingContext(*row) if row else None


def above_limit(session: Session, user_id: UUID | None, company_id: UUID | None, cents: int) -> BuyingContext | None:
    """The company and the limit, where this person needs an approver's word for so many US cents at once."""
    if company_id is None or user_id is None:
        return None
    context = buying_context(session, user_id, company_id=company_id)
    return context if context is not None and needs_approval(context.limit_cents, cents) else None


def company_run_by(actor: Actor, company_id: UUID, roles: Collection[str] = BUYING_ROLES) -> Select[Company]:
    """That company, if this person holds one of the roles there; otherwise nothing."""
    return select(Company).where(
        Company.organization_id == company_id, Company.organization_id.in_(actor.organizations(roles))
    )


def companies_of(session: Session, actor: Actor) -> Sequence[Organization]:
    """The companies this person buys for, by name. No query for who has none."""
    return _named(session, actor.organizations(BUYING_ROLES))


def companies_approved_by(session: Session, actor: Actor) -> Sequence[Organization]:
    """The companies for which this person may agree and decide, by name."""
    return _named(session, actor.organizations({APPROVER}))


def colleagues(session: Session, company_id: UUID) -> Sequence[Any]:
    """Everybody who buys for a company, with role and limit in US cents."""
    query = (
        select(
            Member.id, Member.user_id, Member.role, User.name, User.email, SpendingLimit.limit_cents, Member.created_at
        )
        .join(User, User.id == Member.user_id)
        .outerjoin(SpendingLimit, SpendingLimit.member_id == Member.id)
        .where(Member.organization_id == company_id, Member.role.in_(BUYING_ROLES))
        .order_by(Member.created_at, Member.id)
        .limit(500)
    )
    return session.execute(query).all()


def tax_number_form(country: str) -> NumberForm | None:
    """How that country writes it today; None where we do not know."""
    return forms_of(country, market_today())[Which.TAX]


def odd_tax_number(company: Company) -> Oddity | None:
    """What its approver may look at once more, as a shop's owner does. An odd number is no obstacle; having none is no oddity."""
    if not company.tax_number:
        return None
    firm = company.organization
    odd = oddity_of(tax_number_form(firm.country), plain_number(company.tax_number), firm.kind)
    return None if odd is Oddity.UNCHECKED else odd


def approvers(session: Session, company_id: UUID) -> list[tuple[str, str]]:
    """(e-mail address, language) of each approver that has an address."""
    query = (
        select(User.email, User.locale)
        .join(Member, Member.user_id == User.id)
        .where(Member.organization_id == company_id, Member.role == APPROVER, User.active, User.email.is_not(None))
        .order_by(User.id)
    )
    return [(email, locale) for email, locale in session.execute(query) if email is not None]


def open_invitations(session: Session, company_id: UUID) -> Sequence[CompanyInvitation]:
    query = select(CompanyInvitation).where(
        CompanyInvitation.organization_id == company_id, CompanyInvitation.state == "open"
    )
    return session.scalars(query.order_by(CompanyInvitation.created_at, CompanyInvitation.id).limit(500)).all()


def invitations_to(session: Session, user_id: UUID) -> Sequence[CompanyInvitation]:
    """Open ones to this person's confirmed address."""
    email = select(User.email).where(User.id == user_id, User.confirmed_at.is_not(None)).scalar_subquery()
    query = select(CompanyInvitation).where(CompanyInvitation.email == email, CompanyInvitation.state == "open")
    return session.scalars(query.order_by(CompanyInvitation.created_at, CompanyInvitation.id).limit(100)).all()


def _named(session: Session, ids: Collection[UUID]) -> Sequence[Organization]:
    if not ids:
        return ()
    query = select(Organization).where(Organization.id.in_(ids))
    return session.scalars(query.order_by(Organization.name, Organization.id)).all()
