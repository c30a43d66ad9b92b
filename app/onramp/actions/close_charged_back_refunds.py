"""What is still owed for refunds that Stripe refused, once a lost chargeback has paid the buyer instead."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.ledger.actions.post_journal import post_journals
from app.ledger.recipes import refund_met_by_chargeback
from app.onramp.models import CardDispute, CardPayment, CardRefund
from app.onramp.rules import CHARGE_DISPUTED


def close_charged_back_refunds(session: Session, payment_id: UUID) -> None:
    """Book each refused refund that the lost chargebacks (US cents) cover whole, once; the rest waits for a person.

    Called when a refund is refused and when a dispute is lost: either may come first. Only what Stripe refused because of
    the dispute counts; what it refused for another reason, or the bank sent back, is owed still.
    """
    payment = session.get_one(CardPayment, payment_id, with_for_update=True)
    lost = session.scalar(
        select(func.coalesce(func.sum(CardDispute.amount_minor), 0)).where(
            CardDispute.payment_id == payment_id, CardDispute.status == "lost"
        )
    )
    refused = session.scalars(
        select(CardRefund)
        .where(CardRefund.payment_id == payment_id, CardRefund.refusal_code == CHARGE_DISPUTED)
        .order_by(CardRefund.created_at, CardRefund.id)
    ).all()
    left = int(lost or 0) - sum(refund.amount_minor for refund in refused if refund.state == "charged_back")
    entries = []
    for refund in refused:
        if refund.state == "failed" and refund.amount_minor <= left:
            refund.state = "charged_back"
            left -= refund.amount_minor
            entries.append(
                refund_met_by_chargeback(
                    refund_key=refund.key,
                    payment_intent=str(payment.payment_intent_id),
                    cents=refund.amount_minor,
                    at=datetime.now(UTC),
                    order_id=refund.order_id,
                )
            )
    post_journals(session, entries)
