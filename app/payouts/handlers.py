"""Where bank money and tokens meet."""

from sqlalchemy.orm import Session

from app.money.amounts import token_units, usd
from app.onramp.events import BankReceiptRecorded, CardDisputed
from app.payouts.actions.hold_for_chargeback import hold_for_chargeback, let_go
from app.payouts.actions.keep_of_payout import keep_of_payout
from app.payouts.actions.tell_seller import tell_free, tell_held
from app.payouts.models import Redemption
from app.payouts.rules import BURNED, BURNING, WON
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
        if redemption.kept_cents:
            keep_of_payout(session, redemption, at=event.at)
        session.flush()


def hold_seller_balance(session: Session, event: CardDisputed) -> None:
    """A buyer's bank asks, takes, or gives up: what sellers were paid of that payment is held, or free again."""
    if event.status in {WON, "warning_closed"}:
        for claim in let_go(session, event.stripe_dispute_id):
            tell_free(session, claim)
    elif not event.status.startswith("warning_"):  # only an inquiry: nothing is taken back yet
        for claim in hold_for_chargeback(session, event):
            tell_held(session, claim)
