"""Taking a person out of a checkout. Numbers, goods, sums, dates and the country stay: the books are made of them."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.orders.actions.lock_order import lock_group
from app.orders.models import Dispute, OrderGroup, Refund

_NO_CONTENT = bytes(32)


def forget_buyer(session: Session, order_group_id: UUID, *, now: datetime) -> OrderGroup:
    """Who bought, where it went, and what both sides wrote to each other about it. The link of the mail leads nowhere from now on."""
    group = lock_group(session, order_group_id)
    group.name = group.email = group.phone = ""
    group.address = {"country": group.address["country"]}
    group.access_token = secrets.token_urlsafe(24)
    group.content_hash = _NO_CONTENT  # a hash of name and address can be guessed back
    group.erased_at = now
    orders = [order.id for order in group.orders]
    session.execute(update(Dispute).where(Dispute.order_id.in_(orders)).values(text="", resolution=""))
    session.execute(update(Refund).where(Refund.order_id.in_(orders)).values(reason=""))
    session.flush()
    return group
