"""Giving money back to a card: planned with a key, sent by a job, recorded when Stripe has answered."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.events.bus import publish
from app.jobs.queue import enqueue
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import card_refund_failed, card_refund_succeeded
from app.onramp.actions.close_charged_back_refunds import close_charged_back_refunds
from app.onramp.errors import PaymentNotFound
from app.onramp.events import CardRefunded, CardRefundFailed
from app.onramp.models import CardPayment, CardRefund
from app.onramp.stripe_values import RefundAnswer, RefundCall


def refund_card(
    session: Session, *, order_group_id: UUID, order_id: UUID | None, cents: int, key: str, reason: str
) -> None:
    """Plan it, to the card that paid last; the same key again changes nothing.

    Raises PaymentNotFound when the group was not paid by card.
    """
    payment = session.scalars(
        select(CardPayment)
        .where(CardPayment.order_group_id == order_group_id, CardPayment.state == "succeeded")
        .order_by(CardPayment.attempt.desc())
        .limit(1)
    ).one_or_none()
    if payment is None:
        raise PaymentNotFound
    refund_id = session.scalar(
        upsert(CardRefund)
        .values(
            key=key,
            payment_id=payment.id,
            order_id=order_id,
            amount_minor=cents,
            currency=payment.currency,
            reason=reason,
        )
        .on_conflict_do_nothing(index_elements=[CardRefund.key])
        .returning(CardRefund.id)
    )
    if refund_id is not None:
        enqueue(session, "onramp.send_refund", refund_id=str(refund_id))


def claim_refund(session: Session, refund_id: UUID) -> RefundCall | None:
    """What to ask of Stripe; None when it is settled already."""
    row = session.execute(
        select(CardRefund, CardPayment).join(CardPayment).where(CardRefund.id == refund_id)
    ).one_or_none()
    if row is None or row.CardRefund.state != "planned":
        return None
    return RefundCall(
        key=row.CardRefund.key if row.CardRefund.attempt == 1 else f"{row.CardRefund.key}:{row.CardRefund.attempt}",
        payment_intent_id=row.CardPayment.payment_intent_id,
        amount=row.CardRefund.amount_minor,
        order_id=row.CardRefund.order_id,
    )


def record_refund(session: Session, refund_id: UUID, answer: RefundAnswer) -> None:
    """Succeeded is booked and told once; pending waits for Stripe's next word; failed is kept for a person.

    A card's bank may send back a refund that had succeeded: then the buyer is owed the money again.
    """
    refund = session.get_one(CardRefund, refund_id, with_for_update=True)
    refund.stripe_refund_id = answer.refund_id
    if answer.status == "succeeded" and refund.state == "planned":
        _settle(session, refund, answer.created)
    elif answer.status in {"failed", "canceled"} and refund.state in {"planned", "succeeded"}:
        if refund.state == "succeeded":
            _take_back(session, refund)
        refund.state = "failed"
        refund.problem = answer.failure or answer.status


def record_refusal(session: Session, refund_id: UUID, reason: str, code: str | None) -> None:
    """Stripe will never send this refund: it waits for a person, who sees why, unless a lost chargeback has paid it."""
    refund = session.get_one(CardRefund, refund_id, with_for_update=True)
    if refund.state == "planned":
        refund.state, refund.problem, refund.refusal_code = "failed", reason, code
        session.flush()
        close_charged_back_refunds(session, refund.payment_id)


def _take_back(session: Session, refund: CardRefund) -> None:
    payment = session.get_one(CardPayment, refund.payment_id)
    assert refund.stripe_refund_id is not None
    now = datetime.now(UTC)
    post_journal(
        session,
        card_refund_failed(refund=refund.stripe_refund_id, cents=refund.amount_minor, at=now, order_id=refund.order_id),
    )
    publish(
        session,
        CardRefundFailed(payment.order_group_id, refund.order_id, refund.stripe_refund_id, refund.amount_minor, now),
    )
    enqueue(session, "onramp.sync_balance", once="onramp.sync_balance")


def _settle(session: Session, refund: CardRefund, at: datetime) -> None:
    payment = session.get_one(CardPayment, refund.payment_id)
    refund.state = "succeeded"
    refund.settled_at = at
    assert refund.stripe_refund_id is not None
    post_journal(
        session,
        card_refund_succeeded(
            refund=refund.stripe_refund_id, cents=refund.amount_minor, at=at, order_id=refund.order_id
        ),
    )
    publish(session, CardRefunded(payment.order_group_id, refund.order_id, refund.amount_minor, at))
    enqueue(session, "onramp.sync_balance", once="onramp.sync_balance")
