"""Reading card payments."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.onramp.models import CardPayment


def card_payment_of(session: Session, order_group_id: UUID) -> CardPayment | None:
    """The group's latest payment, the one that succeeded before any other."""
    return session.scalars(
        select(CardPayment)
        .where(CardPayment.order_group_id == order_group_id)
        .order_by((CardPayment.state == "succeeded").desc(), CardPayment.attempt.desc())
        .limit(1)
    ).one_or_none()
