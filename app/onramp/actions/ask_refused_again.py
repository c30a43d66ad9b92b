"""A chargeback was won: what Stripe refused to refund because of it is asked for once more; else it is paid by bank."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs.queue import enqueue
from app.onramp.models import CardRefund
from app.onramp.rules import CHARGE_DISPUTED


def ask_refused_again(session: Session, payment_id: UUID) -> None:
    """Plan them anew, each under a key of its own: Stripe may answer the old one with the old refusal."""
    refused = session.scalars(
        select(CardRefund)
        .where(
            CardRefund.payment_id == payment_id,
            CardRefund.state == "failed",
            CardRefund.refusal_code == CHARGE_DISPUTED,
        )
        .order_by(CardRefund.created_at, CardRefund.id)
        .with_for_update()
    ).all()
    for refund in refused:
        refund.state, refund.problem, refund.refusal_code = "planned", None, None
        refund.attempt += 1
        enqueue(session, "onramp.send_refund", refund_id=str(refund.id))
