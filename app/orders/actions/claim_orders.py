"""What somebody bought as a guest comes into their account. Its link goes on working."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.identity.models import User
from app.messages.actions.forget_threads import adopt_threads
from app.orders.actions.lock_order import lock_group
from app.orders.errors import OrderNotFound, OrderOfAnotherAccount
from app.orders.models import OrderGroup
from app.orders.queries import Viewer, group_shown


def claim_by_email(session: Session, user_id: UUID) -> Sequence[UUID]:
    """Every guest's checkout made with the account's address, once that is confirmed; gives which. Twice is once."""
    found = session.scalars(select(OrderGroup.id).where(_made_with_address_of(user_id)).order_by(OrderGroup.id)).all()
    return [group_id for group_id in found if _claim(session, group_id, user_id, by="email")]


def claim_by_link(session: Session, viewer: Viewer, order_group_id: UUID) -> None:
    """The checkout whose link this browser has opened. Raises OrderNotFound for anything that would be a guess,
    OrderOfAnotherAccount for what somebody has already."""
    if viewer.user_id is None:
        raise OrderNotFound
    group = group_shown(session, viewer, order_group_id)
    if not _claim(session, group.id, viewer.user_id, by="link") and group.buyer_id != viewer.user_id:
        raise OrderOfAnotherAccount


def claimable(session: Session, user_id: UUID) -> int:
    """How many checkouts `claim_by_email` would find."""
    return int(session.scalars(select(func.count(OrderGroup.id)).where(_made_with_address_of(user_id))).one())


def _made_with_address_of(user_id: UUID) -> ColumnElement[bool]:
    """An address nobody has confirmed may be somebody else's, so it finds nothing."""
    address = select(User.email).where(User.id == user_id, User.confirmed_at.is_not(None)).scalar_subquery()
    return and_(OrderGroup.buyer_id.is_(None), OrderGroup.email == address, OrderGroup.email != "")


def _claim(session: Session, order_group_id: UUID, user_id: UUID, *, by: str) -> bool:
    group = lock_group(session, order_group_id)
    if group.buyer_id is not None:
        return False
    group.buyer_id = user_id
    adopt_threads(session, order_ids=[order.id for order in group.orders], user_id=user_id)
    record_act(session, user_id, "order.claim", group.id, by=by)
    return True
