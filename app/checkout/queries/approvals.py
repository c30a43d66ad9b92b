"""Requests for approval: who decides on them, and who sees them."""

from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.checkout.models import ApprovalRequest
from app.db.paging import Page, fetch_page
from app.identity.actor import Actor
from app.identity.models import Organization, User
from app.identity.rules.roles import APPROVER, BUYING_ROLES


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
