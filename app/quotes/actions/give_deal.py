"""Who agreed on a deal has left the company it is for: a colleague goes on with it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.quotes.actions.lock_deal import lock_deal, note


def give_deal(session: Session, deal_id: UUID, buyer_id: UUID, now: datetime) -> None:
    """Terms and hold stay as they are. The caller has found out that the deal is of the company of both."""
    deal = lock_deal(session, deal_id)
    deal.buyer_id = buyer_id
    note(session, deal, "taken_over", now, buyer_id)
    session.flush()
