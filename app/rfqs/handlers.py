"""Programs of both sides hear of requests and quotes; of a buyer's those of the company that asks."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.rfqs.actions.answer_quote import reference
from app.rfqs.actions.tell import total_quoted
from app.rfqs.events import RequestMoved
from app.rfqs.models import Asked, Quote, Rfq
from app.webhooks.actions.note_event import note_event

SHOP, COMPANY = "shop", "company"
TOLD: dict[str, tuple[str, tuple[str, ...]]] = {
    "told": ("rfq.received", (SHOP,)),
    "declined": ("rfq.declined", (COMPANY,)),
    "quote_sent": ("quote.sent", (SHOP, COMPANY)),
    "quote_countered": ("quote.countered", (SHOP, COMPANY)),
    "quote_accepted": ("quote.accepted", (SHOP, COMPANY)),
    "quote_not_chosen": ("quote.declined", (SHOP,)),
    "quote_withdrawn": ("quote.withdrawn", (COMPANY,)),
    "quote_expired": ("quote.expired", (SHOP, COMPANY)),
}
"""By what happened: the event, and whose programs are told."""


def tell_programs(session: Session, event: RequestMoved) -> None:
    if event.kind not in TOLD:
        return
    kind, sides = TOLD[event.kind]
    rfq, asked = session.get_one(Rfq, event.rfq_id), session.get_one(Asked, event.asked_id)
    ids = {SHOP: asked.organization_id, COMPANY: rfq.company_id}
    for side in sides:
        organization_id = ids[side]
        if organization_id is not None:
            note_event(
                session,
                organization_id,
                kind,
                key=f"{kind}:{event.asked_id}:{event.quote_id or ''}",
                at=datetime.now(UTC),
                data=lambda: _data(session, rfq, asked, event),
            )


def _data(session: Session, rfq: Rfq, asked: Asked, event: RequestMoved) -> dict[str, Any]:
    """Little: what is asked for and quoted is read where `request_id`, `asked_id` and `quote_id` lead."""
    quote = session.get(Quote, event.quote_id) if event.quote_id else None
    return {
        "request_id": str(rfq.id),
        "asked_id": str(asked.id),
        "number": asked.number,
        "title": rfq.title,
        "closes_at": rfq.closes_at.isoformat(),
        "shop": asked.organization.name,
        "quote": _quoted(session, asked, quote) if quote is not None else None,
    }


def _quoted(session: Session, asked: Asked, quote: Quote) -> dict[str, Any]:
    total = total_quoted(session, quote)
    return {
        "quote_id": str(quote.id),
        "reference": reference(asked, quote),
        "version": quote.version,
        "state": quote.state,
        "total": {"minor": total.minor, "currency": total.currency},
        "valid_until": quote.valid_until.isoformat(),
        "deal_id": str(quote.deal_id) if quote.deal_id else None,
    }
