"""The buyer is about to take the goods: a word for the seller is made."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.orders.actions.lock_order import lock_order
from app.orders.models import HandoverCode, Order
from app.orders.queries import Viewer, orders_bought_by, stories_of
from app.orders.rules.handover import IN_PERSON, VALID, NotInPerson, require_handing_over


def show_handover(session: Session, viewer: Viewer, order_id: UUID, *, now: datetime) -> Order:
    """A new word, good for half an hour; an earlier one is good no more. Raises OrderNotFound, NotInPerson, NothingInEscrow."""
    order = lock_order(session, orders_bought_by(viewer), order_id)
    if order.shipping.get("kind") != IN_PERSON:
        raise NotInPerson
    require_handing_over(stories_of(session, [order])[order.id])
    values = {"nonce": uuid4(), "made_at": now, "expires_at": now + VALID, "wrong_tries": 0, "used_at": None}
    session.execute(
        upsert(HandoverCode)
        .values(order_id=order.id, **values)
        .on_conflict_do_update(index_elements=["order_id"], set_=values, where=HandoverCode.used_at.is_(None))
    )
    return order
