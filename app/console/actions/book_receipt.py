"""The operator books what the bank statement shows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.audit.actions.record_act import record_act
from app.identity.actor import Actor, market_role
from app.identity.errors import OperatorNeeded
from app.identity.rules.roles import OPERATOR
from app.onramp.actions.record_bank_receipt import record_bank_receipt


def book_receipt(
    session: Session,
    actor: Actor,
    *,
    reference: str,
    payer_name: str,
    wallet_address: bytes,
    cents: int,
    received_at: datetime,
) -> UUID:
    """Book US cents once per bank reference; the wallet gets its tokens. Raises OperatorNeeded, ReceiptKnownDifferently."""
    if not market_role(actor, OPERATOR):
        raise OperatorNeeded
    receipt_id = record_bank_receipt(
        session,
        recorded_by=actor.user_id,
        reference=reference,
        payer_name=payer_name,
        wallet_address=wallet_address,
        cents=cents,
        received_at=received_at,
    )
    record_act(session, actor.user_id, "receipt.book", receipt_id, reference=reference, cents=cents)
    return receipt_id
