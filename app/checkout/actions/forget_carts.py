"""Taking a person out of carts."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from app.checkout.models import ApprovalRequest, Cart, CartLine


def forget_carts(session: Session, *, user_id: UUID | None, cart_ids: Collection[UUID]) -> None:
    """The account's carts and the carts that something was bought from, with all that was typed at checkout."""
    own = [Cart.user_id == user_id, Cart.kept_for == user_id] if user_id else []
    found = session.scalars(select(Cart.id).where(or_(Cart.id.in_(cart_ids), *own)).order_by(Cart.id).with_for_update())
    carts = found.all()
    session.execute(delete(CartLine).where(CartLine.cart_id.in_(carts)))
    session.execute(delete(Cart).where(Cart.id.in_(carts)))


def forget_approvals(session: Session, user_id: UUID) -> None:
    """What they wrote to approvers and were told. What was asked for, and its sum, stays the company's; open ones end."""
    asked = update(ApprovalRequest).where(ApprovalRequest.asked_by == user_id)
    session.execute(asked.values(note="", reason=""))
    session.execute(asked.where(ApprovalRequest.state.in_(("asked", "approved"))).values(state="withdrawn"))
