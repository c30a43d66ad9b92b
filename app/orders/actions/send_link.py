"""Writing a guest the link of an order once more, to the address it was made with and to no other."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.orders.actions.tell_people import tell_link
from app.orders.models import Order, OrderGroup
from app.orders.rules.numbers import normalize_number


def send_link(session: Session, *, number: str, email: str, form_token: UUID) -> bool:
    """False when no order has both this number and this address; the page says the same. A form twice is one mail."""
    wanted = normalize_number(number)
    if wanted is None:
        return False
    query = select(Order).join(Order.group).where(Order.number == wanted, OrderGroup.email == email.strip().lower())
    order = session.scalars(query).unique().one_or_none()
    if order is None or not order.group.email:
        return False
    tell_link(session, order, form_token)
    return True
