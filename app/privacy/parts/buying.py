"""What the person is about to buy, keeps in mind, and buys for work."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.catalog.models import Listing, Variant
from app.checkout.models import ApprovalRequest, Cart, CartLine
from app.companies.models import CompanyInvitation, SpendingLimit
from app.identity.models import Member, Organization, User
from app.pricing.models import CustomerGroup, GroupMember
from app.privacy.parts.rows import Row, of, text_of
from app.privacy.rules import Subject
from app.purchasing.models import QuickLine, QuickOrder, RequisitionLine, RequisitionList
from app.wishes.models import Wish


def cart(session: Session, subject: Subject) -> list[Row]:
    if subject.user_id is None:
        return []
    query = (
        select(CartLine, Cart.draft)
        .join(Cart, Cart.id == CartLine.cart_id)
        .where(Cart.user_id == subject.user_id)
        .order_by(CartLine.added_at, CartLine.id)
    )
    return [
        {"goods": text_of(line.variant.listing.titles), **of(line, "quantity", "added_at"), "typed": dict(draft)}
        for line, draft in session.execute(query)
    ]


def buying(session: Session, subject: Subject) -> list[Row]:
    """Shops that named this person as a customer, companies that asked them, limits, and orders put before approvers."""
    if subject.user_id is None:
        return []
    email = session.get_one(User, subject.user_id).email
    named = select(GroupMember, CustomerGroup.name).join(CustomerGroup, CustomerGroup.id == GroupMember.group_id)
    groups = session.execute(
        named.where(or_(GroupMember.user_id == subject.user_id, GroupMember.email == email)).order_by(GroupMember.id)
    )
    asked = select(CompanyInvitation).where(CompanyInvitation.email == email).order_by(CompanyInvitation.id)
    limits = select(SpendingLimit.limit_cents, Organization.name).join(Member, Member.id == SpendingLimit.member_id)
    limits = limits.join(Organization, Organization.id == Member.organization_id)
    requests = select(ApprovalRequest).where(ApprovalRequest.asked_by == subject.user_id).order_by(ApprovalRequest.id)
    columns = ("asked_at", "state", "total_cents", "po_number", "note", "reason")
    return [
        *({"kind": "customer group", "name": name, **of(row, "state", "created_at")} for row, name in groups),
        *(
            {"kind": "invitation", "name": row.organization.name, **of(row, "role", "state", "created_at")}
            for row in session.scalars(asked)
        ),
        *(
            {"kind": "spending limit", "name": name, "limit_cents": cents}
            for cents, name in session.execute(limits.where(Member.user_id == subject.user_id).order_by(Member.id))
        ),
        *({"kind": "request for approval", **of(row, *columns)} for row in session.scalars(requests)),
    ]


def lists(session: Session, subject: Subject) -> list[Row]:
    """Goods this person keeps on lists, and codes pasted lately."""
    if subject.user_id is None:
        return []
    kept = (
        select(RequisitionList.name, Variant.sku, RequisitionLine.quantity, RequisitionLine.added_at)
        .join(RequisitionLine, RequisitionLine.list_id == RequisitionList.id)
        .join(Variant, Variant.id == RequisitionLine.variant_id)
        .where(RequisitionList.user_id == subject.user_id)
        .order_by(RequisitionLine.added_at, Variant.id)
    )
    typed = (
        select(QuickLine.typed, QuickLine.quantity, QuickOrder.created_at)
        .join(QuickOrder, QuickOrder.id == QuickLine.quick_order_id)
        .where(QuickOrder.user_id == subject.user_id)
        .order_by(QuickOrder.created_at, QuickLine.position)
    )
    return [
        *(
            {"list": row.name, "code": row.sku, "quantity": row.quantity, "at": row.added_at}
            for row in session.execute(kept)
        ),
        *({"typed": row.typed, "quantity": row.quantity, "at": row.created_at} for row in session.execute(typed)),
    ]


def wishes(session: Session, subject: Subject) -> list[Row]:
    """What is on the wish list. What a browser has looked at stands in its own cookie and is not here."""
    if subject.user_id is None:
        return []
    query = (
        select(Wish, Listing.titles)
        .join(Listing, Listing.id == Wish.listing_id)
        .where(Wish.user_id == subject.user_id)
        .order_by(Wish.created_at, Wish.id)
    )
    return [
        {"goods": text_of(titles), **of(wish, "price_usd_cents", "created_at")}
        for wish, titles in session.execute(query)
    ]
