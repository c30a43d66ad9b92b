"""Reactions to settlement."""

from sqlalchemy.orm import Session

from app.payouts.models import Redemption
from app.payouts.rules import BURNING
from app.settlement.events import TokensRedeemedFinal


def record_burned(session: Session, event: TokensRedeemedFinal) -> None:
    """The seller's tokens are gone for good: from now on the bank owes the money."""
    redemption = session.get_one(Redemption, event.redemption_id, with_for_update=True)
    if redemption.state == BURNING:
        redemption.state, redemption.burned_at = "burned", event.at
        session.flush()
