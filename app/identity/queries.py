"""Reading people and shops; who may see a row is part of the query."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, or_, select, true
from sqlalchemy.orm import Session

from app.db.locks import load_one
from app.db.paging import Page, fetch_page
from app.identity.actor import ANONYMOUS, Actor, Membership, market_role
from app.identity.errors import InvitationNotFound, OperatorNeeded, ShopNotFound
from app.identity.models import Member, MemberInvitation, Organization, User
from app.identity.rules.invitations import hash_of
from app.identity.rules.roles import MARKET, OPERATOR, OWNER, OWNING, SHOP_ROLES
from app.identity.rules.shops import SHOWN

UNSEEN = "unseen"
"""Not a status: private persons that sell already and that the operator has not looked at."""
__all__ = ["ANONYMOUS", "Actor", "Membership", "market_role"]


def actor_of(session: Session, user_id: UUID | None) -> Actor:
    """The person with all roles, in one query; an unknown or closed account is nobody."""
    if user_id is None:
        return ANONYMOUS
    rows = session.execute(with_roles(select(User.id)).where(User.id == user_id)).all()
    return actor_with(user_id, rows) if rows else ANONYMOUS


def with_roles(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A query for columns of a person and what is joined to it: a row for each role, for `actor_with`. No closed accounts."""
    return (
        query.add_columns(Member.organization_id.label("held_in"), Organization.kind, Member.role)
        .outerjoin(Member, Member.user_id == User.id)
        .outerjoin(Organization, Organization.id == Member.organization_id)
        .where(User.active)
        .order_by(Member.created_at, Member.id)
    )


def actor_with(user_id: UUID, rows: Sequence[Row[Any]]) -> Actor:
    """The person of whom these rows are."""
    return Actor(user_id, tuple(Membership(row.held_in, row.kind, row.role) for row in rows if row.held_in))


def shops_run_by(actor: Actor, organization_id: UUID, roles: Collection[str] = SHOP_ROLES) -> Select[Organization]:
    """That shop, if this person holds one of the roles there; otherwise nothing."""
    allowed = actor.organizations(roles)
    return select(Organization).where(Organization.id == organization_id, Organization.id.in_(allowed))


def shop_run_by(
    session: Session, actor: Actor, organization_id: UUID, roles: Collection[str] = SHOP_ROLES
) -> Organization:
    """Raises ShopNotFound for somebody else's."""
    return load_one(session, shops_run_by(actor, organization_id, roles), missing=ShopNotFound)


def shops_of(session: Session, actor: Actor) -> list[Organization]:
    """Every shop this person has a role in, oldest first."""
    mine = select(Organization).where(Organization.id.in_(actor.organizations()))
    return list(session.scalars(mine.order_by(Organization.created_at, Organization.id)))


def shop_shown(session: Session, actor: Actor, slug: str) -> Organization:
    """A shop everybody may see, open or closed for a while; its own people and the operator see any. Raises ShopNotFound."""
    is_theirs = true() if market_role(actor, OPERATOR) else Organization.id.in_(actor.organizations())
    wanted = select(Organization).where(
        Organization.slug == slug, Organization.kind != MARKET, or_(Organization.status.in_(SHOWN), is_theirs)
    )
    return load_one(session, wanted, missing=ShopNotFound)


def market_organization(session: Session) -> Organization:
    """The market's own organization, made by the first migration's data or `ensure_market`. Raises ShopNotFound."""
    return load_one(session, select(Organization).where(Organization.kind == MARKET), missing=ShopNotFound)


def shops_by_status(
    session: Session, actor: Actor, status: str, *, cursor: str | None = None, size: int = 50
) -> Page[Organization]:
    """The operator's list, oldest first. Raises OperatorNeeded."""
    if not market_role(actor, "operator"):
        raise OperatorNeeded
    query = select(
        Organization.id,
        Organization.number,
        Organization.kind,
        Organization.name,
        Organization.slug,
        Organization.country,
        Organization.place,
        Organization.story,
        Organization.created_at,
    ).where(
        Organization.kind != MARKET,
        Organization.opened_unseen_at.is_not(None) & (Organization.status != "suspended")
        if status == UNSEEN
        else Organization.status == status,
    )
    order = [Organization.created_at, Organization.id]
    return fetch_page(session, query, order=order, descending=False, cursor=cursor, size=size)


def owners_of(session: Session, organization_ids: Collection[UUID]) -> dict[UUID, list[Any]]:
    """Name and e-mail address of each shop's owners, the first one first."""
    query = (
        select(Member.organization_id, User.name, User.email)
        .join(User, User.id == Member.user_id)
        .where(Member.organization_id.in_(organization_ids), Member.role == OWNER)
        .order_by(Member.created_at, Member.id)
    )
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.execute(query):
        found[row.organization_id].append(row)
    return found


def shop_by_id(session: Session, actor: Actor, organization_id: UUID) -> Organization:
    """Any shop, for the operator. Raises OperatorNeeded, ShopNotFound."""
    if not market_role(actor, "operator"):
        raise OperatorNeeded
    shops = select(Organization).where(Organization.id == organization_id, Organization.kind != MARKET)
    return load_one(session, shops, missing=ShopNotFound)


def owner_addresses(session: Session, organization_id: UUID) -> list[tuple[str, str]]:
    """E-mail address and language of each owner that has an address, for mails about the shop."""
    query = (
        select(User.email, User.locale)
        .join(Member, Member.user_id == User.id)
        .where(Member.organization_id == organization_id, Member.role == "owner", User.active)
        .where(User.email.is_not(None))
        .order_by(User.id)
    )
    return [(email, locale) for email, locale in session.execute(query) if email is not None]


def market_addresses(session: Session, role: str) -> list[tuple[UUID, str, str]]:
    """(user, e-mail address, language) of everybody who holds this role in the market and has an address."""
    query = (
        select(User.id, User.email, User.locale)
        .join(Member, Member.user_id == User.id)
        .join(Organization, Organization.id == Member.organization_id)
        .where(Organization.kind == MARKET, Member.role == role, User.active, User.email.is_not(None))
        .order_by(User.id)
    )
    return [(user_id, email, locale) for user_id, email, locale in session.execute(query) if email is not None]


def user_by_email(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def members_of(
    session: Session, actor: Actor, organization_id: UUID, *, cursor: str | None = None, size: int = 50
) -> Page[Any]:
    """Who works for the shop, the first one first: for all who work there. Raises ShopNotFound."""
    if not actor.member_of(organization_id):
        raise ShopNotFound
    query = (
        select(Member.id, Member.user_id, Member.role, Member.created_at, User.name, User.email, User.wallet_address)
        .join(User, User.id == Member.user_id)
        .where(Member.organization_id == organization_id)
    )
    order = [Member.created_at, Member.id]
    return fetch_page(session, query, order=order, descending=False, cursor=cursor, size=size)


def member_of_shop(session: Session, actor: Actor, organization_id: UUID, member_id: UUID) -> Any:
    """One of them: for owners, and for the person. Raises ShopNotFound."""
    query = (
        select(Member.id, Member.user_id, Member.role, Member.created_at, User.name, User.email)
        .join(User, User.id == Member.user_id)
        .where(Member.organization_id == organization_id, Member.id == member_id)
    )
    row = session.execute(query).one_or_none()
    is_theirs = actor.member_of(organization_id, OWNING)
    if row is None or not (is_theirs or (row.user_id == actor.user_id and actor.member_of(organization_id))):
        raise ShopNotFound
    return row


def open_invitations(actor: Actor, *, may_be_withdrawn: bool = False) -> Select[MemberInvitation]:
    """Not accepted ones of shops this person owns, those whose days are over among them."""
    query = select(MemberInvitation).where(
        MemberInvitation.organization_id.in_(actor.organizations(OWNING)), MemberInvitation.accepted_at.is_(None)
    )
    return query if may_be_withdrawn else query.where(MemberInvitation.withdrawn_at.is_(None))


def invitations_of(session: Session, actor: Actor, organization_id: UUID) -> list[MemberInvitation]:
    """What is open, the newest first; of a shop there are few. Nothing for whoever does not own it."""
    query = open_invitations(actor).where(MemberInvitation.organization_id == organization_id)
    order = (MemberInvitation.invited_at.desc(), MemberInvitation.id.desc())
    return list(session.scalars(query.order_by(*order)))


def invitation_with(session: Session, secret: str) -> tuple[MemberInvitation, str]:
    """The invitation whose link this is, and the shop's name. Raises InvitationNotFound."""
    query = (
        select(MemberInvitation, Organization.name)
        .join(Organization, Organization.id == MemberInvitation.organization_id)
        .where(MemberInvitation.secret_hash == hash_of(secret))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise InvitationNotFound
    return row[0], row[1]
