"""Taking a person out of a card payment. Amounts, dates and the card service's own codes stay: the books name them."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.onramp.models import CardPayment


def forget_payer(session: Session, order_group_ids: Collection[UUID]) -> None:
    """Messages about it never named anybody (`record_webhook`). What the card service keeps is not ours to erase."""
    payments = select(CardPayment).where(CardPayment.order_group_id.in_(order_group_ids)).order_by(CardPayment.id)
    for payment in session.scalars(payments.with_for_update()):
        payment.email = ""
    session.flush()
