"""A card could not take its refund: the buyer was paid by bank instead."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.events.bus import publish
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import refund_paid_by_bank
from app.money.references import reference_key
from app.onramp.errors import BankReferenceUsed, RefundNotFailed, RefundNotFound, UnusableBankReference
from app.onramp.events import CardRefunded
from app.onramp.models import CardPayment, CardRefund


def pay_refund_by_bank(session: Session, refund_id: UUID, *, reference: str, at: datetime) -> CardRefund:
    """Book it once per bank reference; the same again changes nothing.

    Raises RefundNotFound, RefundNotFailed (it reached the card, is on its way, or a chargeback has paid it),
    UnusableBankReference, BankReferenceUsed.
    """
    refund = session.get(CardRefund, refund_id, with_for_update=True)
    if refund is None:
        raise RefundNotFound
    key = reference_key(reference)
    if not key or not reference.isprintable():
        raise UnusableBankReference(field="reference")
    if refund.state == "paid_by_bank" and refund.reference_key == key:
        return refund
    if refund.state != "failed":
        raise RefundNotFailed
    if session.scalar(select(exists().where(CardRefund.reference_key == key))):
        raise BankReferenceUsed(reference=reference, field="reference")
    payment = session.get_one(CardPayment, refund.payment_id)
    refund.state, refund.settled_at = "paid_by_bank", at
    refund.bank_reference, refund.reference_key = reference, key
    post_journal(
        session,
        refund_paid_by_bank(
            refund_key=refund.key,
            payment_intent=str(payment.payment_intent_id),
            cents=refund.amount_minor,
            at=at,
            order_id=refund.order_id,
        ),
    )
    session.flush()
    publish(session, CardRefunded(payment.order_group_id, refund.order_id, refund.amount_minor, at, is_by_bank=True))
    return refund
