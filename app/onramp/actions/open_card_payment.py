"""The first half of sending a buyer to the card page: the payment exists before Stripe hears of it."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.onramp.models import CardPayment
from app.onramp.stripe_gateway import SessionAnswer, SessionCall

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
    payment = session.scalars(
        select(CardPayment).where(CardPayment.order_group_id == order_group_id, CardPayment.state == "open")
    ).one_or_none()
    if payment is None:
        attempt = session.scalar(
            select(func.coalesce(func.max(CardPayment.attempt), 0) + 1).where(
                CardPayment.order_group_id == order_group_id
            )
        )
        payment = CardPayment(
            order_group_id=order_group_id,
            attempt=attempt,
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
    )


def record_card_session(session: Session, payment_id: UUID, answer: SessionAnswer) -> None:
    """The second half: where the page is."""
    payment = session.get_one(CardPayment, payment_id, with_for_update=True)
    payment.session_id = answer.session_id
    payment.session_url = answer.url
    if answer.payment_intent_id and payment.payment_intent_id is None:
        payment.payment_intent_id = answer.payment_intent_id
