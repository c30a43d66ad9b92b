"""The first half of sending a buyer to the card page: the payment exists before Stripe hears of it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.onramp.models import CardPayment
from app.onramp.stripe_values import SessionAnswer, SessionCall

SHORTEST_PAGE = timedelta(minutes=31)
"""Stripe's least life of a page is 30 minutes from when it is made, and our clocks may differ."""


def open_card_payment(
    session: Session,
    *,
    order_group_id: UUID,
    cents: int,
    email: str,
    locale: str,
    expires_at: datetime,
    lines: list[tuple[str, int]],
    success_url: str,
    cancel_url: str,
) -> SessionCall:
    """The open payment of this group, or a new one. Dies before Stripe is called: the same call is made again.

    `expires_at` is the end of our own hold. The page itself could live on, so we expire it; its own end is counted from
    that of the hold, because Stripe may have been away, and the page is made at any time until then.
    """
    session.scalar(select(func.pg_advisory_xact_lock(func.hashtextextended(str(order_group_id), 0))))
    earlier = session.scalars(select(CardPayment).where(CardPayment.order_group_id == order_group_id)).all()
    payment = next((one for one in earlier if one.state == "open"), None)
    if payment is None:
        payment = CardPayment(
            order_group_id=order_group_id,
            attempt=1 + max((one.attempt for one in earlier), default=0),
            amount_minor=cents,
            currency="USD",
            email=email,
            locale=locale,
            expires_at=expires_at,
            created_at=datetime.now(UTC),
        )
        session.add(payment)
        session.flush()
    return SessionCall(
        payment_id=payment.id,
        key=f"session:{payment.id}",
        cents=payment.amount_minor,
        currency=payment.currency,
        email=payment.email,
        locale=payment.locale,
        lines=tuple(lines),
        success_url=success_url,
        cancel_url=cancel_url,
        order_group_id=order_group_id,
        expires_at=payment.expires_at.replace(microsecond=0) + SHORTEST_PAGE,
        url=payment.session_url,
    )


def record_card_session(session: Session, payment_id: UUID, answer: SessionAnswer) -> None:
    """The second half: where the page is."""
    session.execute(
        update(CardPayment)
        .where(CardPayment.id == payment_id)
        .values(
            session_id=answer.session_id,
            session_url=answer.url,
            payment_intent_id=func.coalesce(CardPayment.payment_intent_id, answer.payment_intent_id or None),
        )
    )
