"""Money that came to the market's bank account for tokens in a buyer's own wallet."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.errors import N_, Conflict
from app.events.bus import publish
from app.ledger.actions.post_journal import post_journal
from app.ledger.recipes import bank_receipt_recorded
from app.money.references import reference_key
from app.onramp.errors import UnusableBankReference
from app.onramp.events import BankReceiptRecorded
from app.onramp.models import BankReceipt


class ReceiptKnownDifferently(Conflict):
    code = "bank-receipt-known-differently"
    message = N_(
        "The bank reference %(reference)s is booked already with another amount or wallet. Check the bank statement."
    )


def record_bank_receipt(
    session: Session,
    *,
    recorded_by: UUID | None,
    reference: str,
    payer_name: str,
    wallet_address: bytes,
    cents: int,
    received_at: datetime,
) -> UUID:
    """Book it once per bank reference, however that is written, and tell settlement, which mints.

    Raises UnusableBankReference, ReceiptKnownDifferently.
    """
    key = reference_key(reference)
    if not key or not reference.isprintable():
        raise UnusableBankReference(field="reference")
    receipt_id = session.scalar(
        upsert(BankReceipt)
        .values(
            bank_reference=reference,
            reference_key=key,
            payer_name=payer_name,
            wallet_address=wallet_address,
            amount_minor=cents,
            received_at=received_at,
            recorded_by=recorded_by,
        )
        .on_conflict_do_nothing(index_elements=[BankReceipt.reference_key])
        .returning(BankReceipt.id)
    )
    if receipt_id is None:
        known = session.scalars(select(BankReceipt).where(BankReceipt.reference_key == key)).one()
        if (known.amount_minor, known.wallet_address) != (cents, wallet_address):
            raise ReceiptKnownDifferently(reference=known.bank_reference)
        return known.id
    post_journal(session, bank_receipt_recorded(reference=reference, cents=cents, at=received_at))
    publish(session, BankReceiptRecorded(receipt_id, wallet_address, cents))
    return receipt_id
