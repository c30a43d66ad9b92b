"""What is still owed for refunds that Stripe refused, once a lost chargeback has paid the buyer instead."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.ledger.actions.post_journal import post_journal
from app.ledger.entries import JournalEntry
from app.ledger.models import Journal
from app.ledger.recipes import refund_met_by_chargeback
from app.onramp.models import CardDispute, CardPayment, CardRefund


def close_charged_back_refunds(session: Session, payment_id: UUID) -> None:
    """Book each refused refund that the lost chargebacks (US cents) cover whole, once; the rest waits for a person.

    Called when a refund is refused and when a dispute is lost: either may come first. A refund that Stripe had taken
    and the bank sent back has a Stripe id: it is owed still, whatever became of a dispute.
    """
    payment = session.get_one(CardPayment, payment_id, with_for_update=True)
    lost = session.scalar(
        select(func.coalesce(func.sum(CardDispute.amount_minor), 0)).where(
            CardDispute.payment_id == payment_id, CardDispute.status == "lost"
        )
    )
    refused = session.scalars(
        select(CardRefund)
        .where(CardRefund.payment_id == payment_id, CardRefund.state == "failed", CardRefund.stripe_refund_id.is_(None))
        .order_by(CardRefund.created_at, CardRefund.id)
    ).all()
    entries = {refund.id: _entry(payment, refund) for refund in refused}
    booked = set(session.scalars(select(Journal.key).where(Journal.key.in_([e.key for e in entries.values()]))))
    left = int(lost or 0) - sum(refund.amount_minor for refund in refused if entries[refund.id].key in booked)
    for refund in refused:
        if entries[refund.id].key not in booked and refund.amount_minor <= left:
            post_journal(session, entries[refund.id])
            left -= refund.amount_minor


def _entry(payment: CardPayment, refund: CardRefund) -> JournalEntry:
    return refund_met_by_chargeback(
        refund_key=refund.key,
        payment_intent=str(payment.payment_intent_id),
        cents=refund.amount_minor,
        at=datetime.now(UTC),
        order_id=refund.order_id,
    )
