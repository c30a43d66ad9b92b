"""Whose groups a buyer is in. Everything that is cheaper or only seen in a group asks this."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, SQLColumnExpression, func, or_, select
from sqlalchemy.orm import Session

from app.companies.queries import company_bought_for
from app.db.locks import load_one
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor
from app.identity.models import Member, Organization, User
from app.identity.rules.roles import BUYING_ROLES, SELLING
from app.pricing.errors import GroupNotFound
from app.pricing.models import Audience, CustomerGroup, GroupMember, PriceList
from app.pricing.rules.winning import ListOffer

Offers = Mapping[UUID, Sequence[ListOffer]]
NO_OFFERS: Offers = MappingProxyType({})
"""What price lists say of each variant: to a guest, nothing."""


@dataclass(frozen=True)
class Buyer:
    """Somebody signed in who buys: for the company they have chosen, or for just `company_id` where it is given."""

    user_id: UUID
    company_id: UUID | None = None


def groups_of_buyer(buyer: Buyer) -> Select[UUID]:
    """The groups that have this buyer, as a person or through the company bought for, and that the buyer agreed to."""
    if buyer.company_id is None:
        company = company_bought_for(buyer.user_id)
    else:
        company = select(Member.organization_id).where(
            Member.user_id == buyer.user_id,
            Member.organization_id == buyer.company_id,
            Member.role.in_(BUYING_ROLES),
        )
    own = (GroupMember.user_id == buyer.user_id) & GroupMember.company_id.is_(None)
    return select(GroupMember.group_id).where(
        GroupMember.state == "agreed", or_(own, GroupMember.company_id.in_(company))
    )


def in_audience(listing_id: SQLColumnExpression[UUID], buyer: Buyer) -> ColumnElement[bool]:
    """The condition that this buyer is among whom a private listing is for."""
    return (
        select(Audience.group_id)
        .where(Audience.listing_id == listing_id, Audience.group_id.in_(groups_of_buyer(buyer)))
        .exists()
    )


def groups_run_by(actor: Actor) -> Select[CustomerGroup]:
    """The groups of the shops this person sells for."""
    return select(CustomerGroup).where(CustomerGroup.organization_id.in_(actor.organizations(SELLING)))


def group_run_by(session: Session, actor: Actor, group_id: UUID) -> CustomerGroup:
    """Raises GroupNotFound for somebody else's."""
    return load_one(session, groups_run_by(actor).where(CustomerGroup.id == group_id), missing=GroupNotFound)


def lists_run_by(actor: Actor) -> Select[PriceList]:
    """The price lists of the shops this person sells for."""
    return select(PriceList).where(PriceList.organization_id.in_(actor.organizations(SELLING)))


def groups_with_counts(session: Session, actor: Actor, organization_id: UUID) -> Sequence[Any]:
    """(id, name, asked, agreed) of each group of a shop, by name."""
    query = _counted_groups(actor, organization_id)
    return session.execute(query.order_by(CustomerGroup.name, CustomerGroup.id)).all()


def group_page(session: Session, actor: Actor, organization_id: UUID, *, cursor: str | None, size: int) -> Page[Any]:
    """As `groups_with_counts`, a page at a time."""
    query, order = _counted_groups(actor, organization_id), [CustomerGroup.name, CustomerGroup.id]
    return fetch_page(session, query, order=order, descending=False, cursor=cursor, size=size)


def _counted_groups(actor: Actor, organization_id: UUID) -> Select[*tuple[Any, ...]]:
    counts = [func.count().filter(GroupMember.state == state).label(state) for state in ("asked", "agreed")]
    return (
        select(CustomerGroup.id, CustomerGroup.name, *counts)
        .outerjoin(GroupMember, GroupMember.group_id == CustomerGroup.id)
        .where(
            CustomerGroup.organization_id == organization_id,
            CustomerGroup.organization_id.in_(actor.organizations(SELLING)),
        )
        .group_by(CustomerGroup.id)
    )


def members_of_group(session: Session, group_id: UUID, *, cursor: str | None = None, size: int = 50) -> Page[Any]:
    """Who was named, the newest first; of companies the name, of people nothing but the address the shop typed."""
    query = (
        select(
            GroupMember.id, GroupMember.email, GroupMember.state, GroupMember.created_at, GroupMember.answered_at,
            Organization.name.label("company"),
        )
        .outerjoin(Organization, Organization.id == GroupMember.company_id)
        .where(GroupMember.group_id == group_id, GroupMember.state != "removed")
    )  # fmt: skip
    order = [GroupMember.created_at, GroupMember.id]
    return fetch_page(session, query, order=order, descending=True, cursor=cursor, size=size)


def offers_to(session: Session, user_id: UUID) -> Sequence[Any]:
    """Groups that named this person's confirmed address, with their shops and what was answered: the newest hundred."""
    return session.execute(_offers(user_id).order_by(GroupMember.created_at.desc(), GroupMember.id).limit(100)).all()


def offer_page(session: Session, user_id: UUID, *, cursor: str | None, size: int) -> Page[Any]:
    """All of them, a page at a time."""
    order = [GroupMember.created_at, GroupMember.id]
    return fetch_page(session, _offers(user_id), order=order, descending=True, cursor=cursor, size=size)


def offer_to(session: Session, user_id: UUID, member_id: UUID) -> Any:
    """One of them. Raises NoResultFound."""
    return session.execute(_offers(user_id).where(GroupMember.id == member_id)).one()


def _offers(user_id: UUID) -> Select[*tuple[Any, ...]]:
    email = select(User.email).where(User.id == user_id, User.confirmed_at.is_not(None)).scalar_subquery()
    return (
        select(
            GroupMember.id, GroupMember.created_at, GroupMember.state, GroupMember.company_id, CustomerGroup.name.label("group"),
            Organization.name.label("shop"), Organization.slug,
        )
        .join(CustomerGroup, CustomerGroup.id == GroupMember.group_id)
        .join(Organization, Organization.id == CustomerGroup.organization_id)
        .where(GroupMember.email == email, GroupMember.state != "removed")
    )  # fmt: skip
