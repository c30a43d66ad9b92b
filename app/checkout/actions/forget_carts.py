"""Deleting carts: of a person who goes, and those nobody comes back to."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, or_, select, update
from sqlalchemy.orm import Session

from app.checkout.models import ApprovalRequest, Cart, CartLine
from app.checkout.rules.approvals import OPEN
from app.orders.models import OrderGroup
from app.quotes.models import Deal
from app.quotes.rules.deals import DealState

GUESTS, ACCOUNTS = timedelta(days=90), timedelta(days=730)
"""How long carts are kept after the last change: the cookie of a guest is long gone by then."""
MOST_AT_ONCE = 1_000


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
    session.execute(asked.where(ApprovalRequest.state.in_(OPEN)).values(state="withdrawn"))


def forget_left_carts(session: Session, now: datetime) -> int:
    """Some of the carts that nobody has come back to, with what was typed at checkout; gives how many went.

    Never one whose payment is awaited, one that waits for an approver, or one of a deal that can still be ordered.
    """
    is_anonymous = Cart.user_id.is_(None) & Cart.kept_for.is_(None)
    added_to = exists().where(CartLine.cart_id == Cart.id, CartLine.added_at > now - GUESTS)
    added_to_lately = exists().where(CartLine.cart_id == Cart.id, CartLine.added_at > now - ACCOUNTS)
    is_left = (is_anonymous & (Cart.updated_at <= now - GUESTS) & ~added_to) | (
        (Cart.updated_at <= now - ACCOUNTS) & ~added_to_lately
    )
    in_use = or_(
        exists().where(OrderGroup.cart_id == Cart.id, OrderGroup.state == "pending_payment"),
        exists().where(ApprovalRequest.cart_id == Cart.id, ApprovalRequest.state.in_(OPEN)),
        exists().where(Deal.id == Cart.deal_id, Deal.state == DealState.AGREED),
    )
    found = select(Cart.id).where(is_left, ~in_use).order_by(Cart.id).limit(MOST_AT_ONCE)
    left = session.scalars(found.with_for_update(skip_locked=True)).all()
    session.execute(delete(CartLine).where(CartLine.cart_id.in_(left)))
    session.execute(delete(Cart).where(Cart.id.in_(left)))
    return len(left)
