"""Reading terms and debts. Who may see them is part of each query."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Select, and_, case, cast, false, func, or_, select, true, union
from sqlalchemy.orm import Session

from app.credit.models import CreditGrant, Debt
from app.credit.rules import ACTIVE, LAST_DAY, Age, Credit, DebtState
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor
from app.identity.models import Organization
from app.identity.rules.roles import APPROVER, BUYING_ROLES, SELLING, SHOP_ROLES
from app.orders.models import Order, OrderGroup
from app.orders.rules.terms_mails import FIRST_DAY
from app.pricing.models import CustomerGroup, GroupMember

MANY = 500
_UNPAID = Debt.state == DebtState.UNPAID


def grants_run_by(actor: Actor, organization_id: UUID | None = None) -> Select[CreditGrant]:
    """The terms granted by the shops this person sells for."""
    query = select(CreditGrant).where(CreditGrant.organization_id.in_(actor.organizations(SELLING)))
    return query.where(CreditGrant.organization_id == organization_id) if organization_id else query


def credit_of(session: Session, grant_id: UUID, today: date) -> Credit:
    """As it stands in the database at this moment."""
    return _credits(session, CreditGrant.id == grant_id, today)[0][1]


def credit_with(session: Session, *, company_id: UUID, organization_id: UUID, today: date) -> Credit | None:
    """What a seller lets a company owe; None where nothing was ever granted."""
    where = and_(CreditGrant.company_id == company_id, CreditGrant.organization_id == organization_id)
    found = _credits(session, where, today)
    return found[0][1] if found else None


def has_terms(session: Session, company_id: UUID, organization_ids: Sequence[UUID]) -> bool:
    """Whether one of these shops lets the company pay later."""
    found = select(CreditGrant.id).where(
        CreditGrant.company_id == company_id,
        CreditGrant.organization_id.in_(organization_ids),
        CreditGrant.state == ACTIVE,
    )
    return bool(session.scalar(select(found.exists())))


def _credits(session: Session, where: ColumnElement[bool], today: date) -> list[tuple[CreditGrant, Credit]]:
    used = _cents(func.sum(Debt.cents))
    query = (
        select(CreditGrant, Organization.name, used, func.coalesce(func.bool_or(Debt.due_on < today), False))
        .join(Organization, Organization.id == CreditGrant.organization_id)
        .outerjoin(Debt, and_(Debt.grant_id == CreditGrant.id, _UNPAID))
        .where(where)
        .group_by(CreditGrant.id, Organization.id)
        .order_by(CreditGrant.id)
        .execution_options(populate_existing=True)
    )
    return [
        (grant, Credit(seller, grant.limit_cents, grant.days, grant.state == ACTIVE, owed, late))
        for grant, seller, owed, late in session.execute(query)
    ]


def grant_rows(session: Session, actor: Actor, organization_id: UUID, today: date) -> Sequence[Any]:
    """Each company with terms, by name: limit, days, and what it owes by age."""
    query = (
        select(
            CreditGrant.id, CreditGrant.company_id, CreditGrant.limit_cents, CreditGrant.days, CreditGrant.state,
            CreditGrant.note,
            Organization.name.label("company"), _cents(func.sum(Debt.cents)).label("used"),
            *(_sum_of(age, today) for age in Age),
        )
        .join(Organization, Organization.id == CreditGrant.company_id)
        .outerjoin(Debt, and_(Debt.grant_id == CreditGrant.id, _UNPAID))
        .where(
            CreditGrant.organization_id == organization_id,
            CreditGrant.organization_id.in_(actor.organizations(SHOP_ROLES)),
        )
        .group_by(CreditGrant.id, Organization.id)
        .order_by(Organization.name, CreditGrant.id)
        .limit(MANY)
    )  # fmt: skip
    return session.execute(query).all()


def _sum_of(age: Age, today: date) -> ColumnElement[int]:
    return _cents(func.sum(Debt.cents).filter(age_column(today) == age.value)).label(age.value)


def _cents(total: ColumnElement[Any]) -> ColumnElement[int]:
    """A sum as the whole number it is; nothing summed is zero."""
    return cast(func.coalesce(total, 0), BigInteger)


def age_column(today: date) -> ColumnElement[str]:
    """The age of a debt, as `rules.age_at` tells it."""
    days = today - Debt.due_on
    return case(*((days <= last, age.value) for age, last in LAST_DAY.items()), else_=Age.OVER_60.value)


def companies_known_to(session: Session, actor: Actor, organization_id: UUID) -> Sequence[Any]:
    """(id, name) of companies that bought from the shop or agreed to a group of its, and have no terms yet; by name.

    Nobody learns here of a company that has nothing to do with the shop.
    """
    bought = (
        select(OrderGroup.company_id)
        .join(Order, Order.group_id == OrderGroup.id)
        .where(Order.organization_id == organization_id, OrderGroup.company_id.is_not(None))
        .where(Order.payment_status != "none")
    )
    agreed = (
        select(GroupMember.company_id)
        .join(CustomerGroup, CustomerGroup.id == GroupMember.group_id)
        .where(CustomerGroup.organization_id == organization_id, GroupMember.state == "agreed")
        .where(GroupMember.company_id.is_not(None))
    )
    granted = select(CreditGrant.company_id).where(CreditGrant.organization_id == organization_id)
    query = (
        select(Organization.id, Organization.name)
        .where(Organization.id.in_(union(bought, agreed)), Organization.id.not_in(granted))
        .where(
            Organization.id != organization_id, true() if organization_id in actor.organizations(SELLING) else false()
        )
        .order_by(Organization.name, Organization.id)
        .limit(MANY)
    )
    return session.execute(query).all()


def debts_of_shop(
    session: Session, actor: Actor, organization_id: UUID, *, grant_id: UUID | None = None, cursor: str | None = None,
    size: int = 50,
) -> Page[Any]:  # fmt: skip
    """What is owed to the shop, the oldest first."""
    query = _debts().where(
        _UNPAID,
        CreditGrant.organization_id == organization_id,
        CreditGrant.organization_id.in_(actor.organizations(SHOP_ROLES)),
    )
    if grant_id is not None:
        query = query.where(Debt.grant_id == grant_id)
    return fetch_page(session, query, order=[Debt.due_on, Debt.order_id], descending=False, cursor=cursor, size=size)


def debts_of_company(
    session: Session, actor: Actor, company_id: UUID, *, cursor: str | None = None, size: int = 50
) -> Page[Any]:
    """What the company owes, the oldest first: all for its approvers, to a purchaser what that person ordered."""
    is_own = and_(CreditGrant.company_id.in_(actor.organizations(BUYING_ROLES)), OrderGroup.buyer_id == actor.user_id)
    query = _debts().where(
        _UNPAID,
        CreditGrant.company_id == company_id,
        or_(CreditGrant.company_id.in_(actor.organizations({APPROVER})), is_own),
    )
    return fetch_page(session, query, order=[Debt.due_on, Debt.order_id], descending=False, cursor=cursor, size=size)


def credits_of_company(session: Session, actor: Actor, company_id: UUID, today: date) -> list[Credit]:
    """Where the company may pay later, and how much of it is used."""
    where = and_(CreditGrant.company_id == company_id, CreditGrant.company_id.in_(actor.organizations(BUYING_ROLES)))
    return sorted((credit for _grant, credit in _credits(session, where, today)), key=lambda one: one.seller)


def _debts() -> Select[*tuple[Any, ...]]:
    buying, selling = _company(), _seller()
    return (
        select(
            Debt.order_id, Debt.grant_id, Debt.cents, Debt.placed_on, Debt.due_on, Order.number,
            Order.fulfillment_status, buying.label("company"), selling.label("seller"),
        )
        .join(CreditGrant, CreditGrant.id == Debt.grant_id)
        .join(Order, Order.id == Debt.order_id)
        .join(OrderGroup, OrderGroup.id == Order.group_id)
    )  # fmt: skip


def _company() -> ColumnElement[str]:
    return select(Organization.name).where(Organization.id == CreditGrant.company_id).scalar_subquery()


def _seller() -> ColumnElement[str]:
    return select(Organization.name).where(Organization.id == CreditGrant.organization_id).scalar_subquery()


def debts_overdue_untold(session: Session, today: date) -> Sequence[UUID]:
    """Orders whose day to pay is past and of which programs were not told, the oldest first."""
    query = select(Debt.order_id).where(_UNPAID, Debt.due_on < today, Debt.overdue_told_on.is_(None))
    return session.scalars(query.order_by(Debt.due_on, Debt.order_id).limit(MANY)).all()


def debts_to_remind(session: Session, today: date) -> Sequence[UUID]:
    """Orders whose next reminder is due, the oldest first."""
    days = today - Debt.due_on
    stage = case(*((days >= first, stage.value) for stage, first in sorted(FIRST_DAY.items(), reverse=True)), else_=0)
    query = select(Debt.order_id).where(_UNPAID, stage > Debt.reminded).order_by(Debt.due_on, Debt.order_id)
    return session.scalars(query.limit(MANY)).all()
