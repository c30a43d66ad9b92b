"""Requests for approval: who decides on them, and who sees them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import Session, lazyload

from app.checkout.models import ApprovalEvent, ApprovalRequest
from app.checkout.rules.approvals import APPROVED, OPEN
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor
from app.identity.models import Member, Organization, User
from app.identity.rules.roles import APPROVER, BUYING_ROLES
from app.quotes.models import Deal


def approvals_decided_by(actor: Actor) -> Select[ApprovalRequest]:
    """Requests of the companies this person is an approver of."""
    return select(ApprovalRequest).where(ApprovalRequest.company_id.in_(actor.organizations({APPROVER})))


def approvals_seen_by(actor: Actor) -> Select[ApprovalRequest]:
    """Those, and the person's own as long as they buy for that company."""
    own = (ApprovalRequest.asked_by == actor.user_id) & ApprovalRequest.company_id.in_(
        actor.organizations(BUYING_ROLES)
    )
    return select(ApprovalRequest).where(or_(own, ApprovalRequest.company_id.in_(actor.organizations({APPROVER}))))


def approvals_page(session: Session, actor: Actor, *, cursor: str | None = None, size: int = 20) -> Page[Any]:
    """The newest first, with company and who asked."""
    seen = approvals_seen_by(actor).with_only_columns(ApprovalRequest.id)
    query = (
        select(
            ApprovalRequest.id, ApprovalRequest.state, ApprovalRequest.total_cents, ApprovalRequest.asked_at,
            ApprovalRequest.po_number, Organization.name.label("company"), User.name.label("who"),
        )
        .join(Organization, Organization.id == ApprovalRequest.company_id)
        .join(User, User.id == ApprovalRequest.asked_by)
        .where(ApprovalRequest.id.in_(seen))
    )  # fmt: skip
    order = [ApprovalRequest.asked_at, ApprovalRequest.id]
    return fetch_page(session, query, order=order, descending=True, cursor=cursor, size=size)


@dataclass(frozen=True)
class History:
    """Who asked, None of a closed account, for which company, whether they buy for it no more, and what happened since."""

    who: str | None
    company: str
    has_asker_left: bool
    events: list[ApprovalEvent]


def history_of(session: Session, request: ApprovalRequest) -> History:
    """The asking is the first of its events. One query."""
    query = (
        select(User.name, Organization.name, _asker_stays().label("stays"), ApprovalEvent)
        .select_from(ApprovalRequest)
        .join(ApprovalEvent, ApprovalEvent.request_id == ApprovalRequest.id)
        .join(User, User.id == ApprovalRequest.asked_by)
        .join(Organization, Organization.id == ApprovalRequest.company_id)
        .where(ApprovalRequest.id == request.id)
        .order_by(ApprovalEvent.at, ApprovalEvent.id)
    )
    rows = session.execute(query).all()
    who, company, stays, _first = rows[0]
    return History(who, company, not stays, [row[-1] for row in rows])


def has_asker_left(session: Session, request: ApprovalRequest) -> bool:
    """Whether who asked does not buy for the company any more, so that nobody can order it in their name."""
    return not session.scalars(select(_asker_stays()).where(ApprovalRequest.id == request.id)).one()


def _asker_stays() -> ColumnElement[bool]:
    return exists().where(
        Member.organization_id == ApprovalRequest.company_id,
        Member.user_id == ApprovalRequest.asked_by,
        Member.role.in_(BUYING_ROLES),
    )


def request_on_deal(session: Session, actor: Actor, deal_id: UUID) -> UUID | None:
    """The one about this deal that waits, or was approved and not ordered yet; for who may see it."""
    query = approvals_seen_by(actor).where(ApprovalRequest.deal_id == deal_id, ApprovalRequest.state.in_(OPEN))
    return session.scalar(query.with_only_columns(ApprovalRequest.id))


def request_of_cart(session: Session, actor: Actor, cart_id: UUID | None) -> UUID | None:
    """The approved one whose cart this is, for who may see it."""
    query = approvals_seen_by(actor).where(ApprovalRequest.cart_id == cart_id, ApprovalRequest.state == APPROVED)
    return session.scalar(query.with_only_columns(ApprovalRequest.id))


def deal_asked_about(session: Session, request: ApprovalRequest) -> Deal | None:
    """Without its lines."""
    query = select(Deal).where(Deal.id == request.deal_id).options(lazyload(Deal.lines))
    return session.scalars(query).one_or_none() if request.deal_id else None
