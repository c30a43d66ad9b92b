"""Where bank money and tokens meet."""

from sqlalchemy.orm import Session

from app.money.amounts import token_units, usd
from app.onramp.events import BankReceiptRecorded
from app.payouts.models import Redemption
from app.payouts.rules import BURNED, BURNING
from app.settlement.actions.move_tokens import credit_wallet
from app.settlement.events import TokensRedeemedFinal


def deliver_tokens(session: Session, event: BankReceiptRecorded) -> None:
    """Tokens for a booked bank transfer go to the buyer's own wallet."""
    credit_wallet(
        session,
        bank_receipt_id=event.bank_receipt_id,
        wallet_address=event.wallet_address,
        units=token_units(usd(event.cents)),
    )


def record_burned(session: Session, event: TokensRedeemedFinal) -> None:
    """The seller's tokens are gone for good: from now on the bank owes the money."""
    redemption = session.get_one(Redemption, event.redemption_id, with_for_update=True)
    if redemption.state == BURNING:
        redemption.state, redemption.burned_at = BURNED, event.at
        session.flush()
