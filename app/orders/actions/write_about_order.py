"""Either side of an order writes to the other for the first time, or once more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.messages.actions.start_thread import About, start_thread
from app.messages.actions.write_message import Author
from app.messages.files import Draft
from app.messages.rules import ORDER
from app.orders.errors import NotPaidYet
from app.orders.models import Order


def require_paid(order: Order) -> None:
    """Or ordered on terms; else anybody could order without paying, to write to as many shops. Raises NotPaidYet."""
    if order.group.state not in ("on_terms", "paid", "ended"):
        raise NotPaidYet


def write_about_order(
    session: Session, order: Order, side: str, user_id: UUID | None, draft: Draft, *, now: datetime
) -> UUID:
    """Of an order that was found with the writer's eyes; gives the thread. Raises NotPaidYet and what `start_thread` raises."""
    require_paid(order)
    about = About(
        ORDER, order.id, order.number, {"en": order.number}, order.organization_id, order.group.buyer_id,
        order.group.name,
    )  # fmt: skip
    return start_thread(session, about, Author(side, user_id), draft, now=now).thread_id
