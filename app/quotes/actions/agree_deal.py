"""Two parties agree: the terms are written down and the goods are held for the buyer."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.actions.reserve_stock import StockWant, reserve_stock
from app.catalog.errors import OutOfStock
from app.catalog.models import Listing, Variant
from app.events.bus import publish
from app.quotes.actions.lock_deal import note
from app.quotes.errors import DealIsEmpty, GoodsGone
from app.quotes.events import DealAgreed
from app.quotes.models import Deal, DealLine
from app.quotes.rules.deals import DealTerms, require_lines
from app.quotes.rules.freight import require_freight
from app.quotes.rules.parts import require_parts


def agree_deal(session: Session, terms: DealTerms, now: datetime, *, actor_id: UUID | None = None) -> Deal:
    """A deal, with its goods held until `valid_until`. Who may agree was decided by the one who calls.

    Raises DealIsEmpty for lines that are not of this seller, UnusableParts, UnusableFreight, GoodsGone when somebody else
    was faster.
    """
    require_lines(terms.lines)
    require_parts(terms.parts)
    if terms.freight is not None:
        require_freight(terms.freight)
    currency = _currency(session, terms)
    deal = Deal(
        organization_id=terms.organization_id,
        buyer_id=terms.buyer_id,
        currency=currency,
        source=terms.source,
        valid_until=terms.valid_until,
        **vars(terms.parts),
        **_sending(terms),
        reference=terms.reference,
        contract=terms.contract,
        company_id=terms.company_id,
        agreed_at=now,
        lines=[DealLine(position=position, **vars(line)) for position, line in enumerate(terms.lines)],
    )
    session.add(deal)
    session.flush()
    hold(session, deal)
    note(session, deal, "agreed", now, actor_id)
    publish(session, DealAgreed(deal.id, deal.buyer_id))
    return deal


def hold(session: Session, deal: Deal) -> None:
    """Keep the goods for the deal's buyer, under the deal's own id. Raises GoodsGone."""
    lines = session.scalars(select(DealLine).where(DealLine.deal_id == deal.id)).all()
    wants = [StockWant(line.variant_id, deal.id, line.quantity) for line in lines]
    try:
        reserve_stock(session, order_group_id=deal.id, wants=wants, until=deal.valid_until)
    except OutOfStock as short:
        raise GoodsGone(**short.values) from short


def _sending(terms: DealTerms) -> dict[str, object]:
    """Nothing where the shop's own ways of sending count."""
    if terms.freight is None:
        return {}
    agreed = terms.freight
    return {
        "freight_minor": agreed.minor,
        "freight_days": agreed.days,
        "freight_country": agreed.country,
        "incoterm": agreed.incoterm,
        "incoterm_place": agreed.place,
    }


def _currency(session: Session, terms: DealTerms) -> str:
    wanted = [line.variant_id for line in terms.lines]
    found = session.execute(
        select(Variant.id, Listing.currency, Listing.organization_id)
        .join(Listing, Listing.id == Variant.listing_id)
        .where(Variant.id.in_(wanted))
    ).all()
    currencies = {row.currency for row in found}
    if len(found) < len(wanted) or {row.organization_id for row in found} != {terms.organization_id}:
        raise DealIsEmpty
    (currency,) = currencies
    return currency
