"""Where bank money and tokens meet."""

from sqlalchemy.orm import Session

from app.money.amounts import token_units, usd
from app.onramp.events import BankReceiptRecorded
from app.settlement.actions.move_tokens import credit_wallet


def deliver_tokens(session: Session, event: BankReceiptRecorded) -> None:
    """Tokens for a booked bank transfer go to the buyer's own wallet."""
    credit_wallet(
        session,
        bank_receipt_id=event.bank_receipt_id,
        wallet_address=event.wallet_address,
        units=token_units(usd(event.cents)),
    )
