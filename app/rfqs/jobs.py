"""Telling shops of requests one by one, and ending what is late."""

from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.session import in_transaction, reading
from app.rfqs.actions.answer_quote import expire_quote
from app.rfqs.actions.lock_request import lock_request
from app.rfqs.actions.send_request import close_request, tell_next_shop
from app.rfqs.actions.tell import tell_outcome as tell_shop_outcome
from app.rfqs.models import Asked, Quote
from app.rfqs.queries import late_quotes, late_requests, untold_requests
from app.rfqs.rules.life import QuoteState


def tell_shops(rfq_id: str) -> None:
    """Shop by shop, each in a transaction of its own: the page shows how far it is. Can run twice, and at once."""
    while in_transaction(partial(_tell_next, UUID(rfq_id))):
        pass


def tell_outcome(rfq_id: str) -> None:
    """The shops that know of it and were not chosen; once each, however often it runs."""
    with reading() as session:
        known = select(Asked.id).where(Asked.rfq_id == UUID(rfq_id), Asked.told_at.is_not(None)).order_by(Asked.id)
        shops = session.scalars(known).all()
    for asked_id in shops:
        in_transaction(partial(_tell_outcome, UUID(rfq_id), asked_id))


def end_late() -> None:
    """Requests and quotes whose time is over, each in a transaction of its own; and shops that were not told."""
    now = datetime.now(UTC)
    with reading() as session:
        requests, quotes, untold = late_requests(session, now), late_quotes(session, now), untold_requests(session)
    for rfq_id in untold:
        tell_shops(str(rfq_id))
    for quote_id in quotes:
        in_transaction(partial(_expire, quote_id, now))
    for rfq_id in requests:
        in_transaction(partial(_close, rfq_id, now))


def _tell_next(rfq_id: UUID, session: Session) -> bool:
    return tell_next_shop(session, rfq_id, now=datetime.now(UTC))


def _tell_outcome(rfq_id: UUID, asked_id: UUID, session: Session) -> None:
    rfq = lock_request(session, rfq_id)
    chosen = select(Quote.id).where(Quote.asked_id == asked_id, Quote.state == QuoteState.ACCEPTED)
    asked = session.get_one(Asked, asked_id)
    if session.scalar(chosen) is None and asked.state != "declined":
        tell_shop_outcome(session, rfq, asked)


def _expire(quote_id: UUID, now: datetime, session: Session) -> None:
    expire_quote(session, quote_id, now=now)


def _close(rfq_id: UUID, now: datetime, session: Session) -> None:
    close_request(session, rfq_id, now=now)


JOBS = {"rfqs.tell_shops": tell_shops, "rfqs.tell_outcome": tell_outcome, "rfqs.end_late": end_late}
PERIODIC = {"rfqs.end_late": "* * * * *"}
