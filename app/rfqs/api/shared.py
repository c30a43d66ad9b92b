"""What both sides of a quote have in common."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.access.current import form_token
from app.identity.actor import Actor
from app.rfqs.actions.send_quote import send_quote
from app.rfqs.errors import QuoteNotFound
from app.rfqs.queries import is_buyer_of, quote_lines, quote_shown, versions_of
from app.rfqs.rules.quoting import QuoteTerms
from app.rfqs.schemas.quotes import quote_body


def quote_detail(session: Session, actor: Actor, quote_id: UUID, *, for_buyer: bool) -> dict[str, Any]:
    """Raises QuoteNotFound, also for who stands on the other side of it."""
    quote, asked, rfq, buyer = quote_shown(session, actor, quote_id)
    if is_buyer_of(rfq, actor) is not for_buyer:
        raise QuoteNotFound
    lines = list(quote_lines(session, [quote.id])[quote.id].values())
    return quote_body(quote, asked, buyer, lines, versions_of(session, asked.id)[quote], datetime.now(UTC))


def sent_quote(
    session: Session, actor: Actor, asked_id: UUID, terms: QuoteTerms, *, seen: int, draft: int | None
) -> dict[str, Any]:
    """The next version, out of a body or of what was drafted, as the shop reads it. Raises what `send_quote` raises."""
    made = send_quote(
        session, actor, asked_id, terms, seen=seen, form_token=form_token(), now=datetime.now(UTC), draft=draft
    )
    session.flush()
    return quote_detail(session, actor, made.id, for_buyer=False)
