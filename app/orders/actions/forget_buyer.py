"""Taking a person out of a checkout. Numbers, goods, sums, dates and the country stay: the books are made of them."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.orders.actions.lock_order import lock_group
from app.orders.models import Dispute, OrderGroup, Refund
from app.orders.return_models import DisputeEvidence, OrderFile, OrderReturn

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
    _forget_returns(session, orders)
    session.execute(update(Refund).where(Refund.order_id.in_(orders)).values(reason=""))
    session.flush()
    return group


def _forget_returns(session: Session, orders: Sequence[UUID]) -> None:
    """What was written about goods that came back and about problems, by either side, and every file of it."""
    nothing = {"text": "", "answer": "", "return_address": "", "carrier": "", "tracking": "", "condition": ""}
    session.execute(update(OrderReturn).where(OrderReturn.order_id.in_(orders)).values(nothing))
    disputes = select(Dispute.id).where(Dispute.order_id.in_(orders))
    session.execute(update(DisputeEvidence).where(DisputeEvidence.dispute_id.in_(disputes)).values(text=""))
    session.execute(delete(OrderFile).where(OrderFile.order_id.in_(orders)))
