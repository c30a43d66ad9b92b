"""Background work of offers and deals."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.quotes.actions.end_deal import lapse_deal
from app.quotes.actions.expire_offer import expire_offer
from app.quotes.queries import expired_offers, lapsed_deals


def expire_unanswered() -> None:
    """End offers that nobody has answered in time; each in a transaction of its own."""
    now = datetime.now(UTC)
    with reading() as session:
        late = expired_offers(session, now)
    for offer_id in late:
        in_transaction(partial(_expire, offer_id, now))


def lapse_unordered() -> None:
    """Free what is held for deals that were not ordered in time; each in a transaction of its own."""
    now = datetime.now(UTC)
    with reading() as session:
        late = lapsed_deals(session, now)
    for deal_id in late:
        in_transaction(partial(_lapse, deal_id, now))


def _expire(offer_id: UUID, now: datetime, session: Session) -> None:
    expire_offer(session, offer_id, now)


def _lapse(deal_id: UUID, now: datetime, session: Session) -> None:
    lapse_deal(session, deal_id, now)


JOBS = {"quotes.expire_unanswered": expire_unanswered, "quotes.lapse_unordered": lapse_unordered}
PERIODIC = dict.fromkeys(JOBS, "* * * * *")
