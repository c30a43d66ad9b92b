"""What both sides of a quote have in common."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.identity.actor import Actor
from app.rfqs.errors import QuoteNotFound
from app.rfqs.queries import is_buyer_of, quote_lines, quote_shown, versions_of
from app.rfqs.schemas.quotes import quote_body


def quote_detail(session: Session, actor: Actor, quote_id: UUID, *, for_buyer: bool) -> dict[str, Any]:
    """Raises QuoteNotFound, also for who stands on the other side of it."""
    quote, asked, rfq, buyer = quote_shown(session, actor, quote_id)
    if is_buyer_of(rfq, actor) is not for_buyer:
        raise QuoteNotFound
    lines = list(quote_lines(session, [quote.id])[quote.id].values())
    return quote_body(quote, asked, buyer, lines, versions_of(session, asked.id)[quote], datetime.now(UTC))
