"""What the front page shows besides categories."""

from dataclasses import dataclass

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from app.catalog.models import Listing
from app.catalog.queries.shelf import Card, card_of, cards, has_stock, on_sale
from app.identity.models import Organization
from app.identity.rules.roles import MARKET, PRIVATE_PERSON


@dataclass(frozen=True)
class MarketCounts:
    listings: int
    shops: int


def fresh_cards(session: Session, *, size: int = 10) -> list[Card]:
    """The newest goods of as many shops: no shop fills the front page by listing a lot."""
    newest = (
        select(Listing.id)
        .where(Listing.organization_id == Organization.id, Listing.status == "active")
        .order_by(Listing.published_at.desc(), Listing.id.desc())
        .limit(1)
        .correlate(Organization)
        .lateral()
    )
    one_each = (
        select(newest.c.id).select_from(Organization).join(newest, true()).where(Organization.status == "approved")
    )
    query = cards().where(Listing.id.in_(one_each)).order_by(Listing.published_at.desc(), Listing.id.desc()).limit(size)
    return [card_of(row) for row in session.execute(query)]


def market_counts(session: Session) -> MarketCounts:
    """Goods that are shown, and how many firms sell here just now.

    A shop counts while it is open and has something in stock. Private persons are no workshops, and are not counted.
    """
    shown = on_sale(select(func.count()).select_from(Listing)).scalar_subquery()
    in_stock = select(Listing.id).where(
        Listing.organization_id == Organization.id, Listing.status == "active", has_stock()
    )
    firms = (
        select(func.count())
        .select_from(Organization)
        .where(Organization.status == "approved", Organization.kind.not_in((MARKET, PRIVATE_PERSON)), in_stock.exists())
        .scalar_subquery()
    )
    listings, shops = session.execute(select(shown, firms)).one()
    return MarketCounts(listings, shops)
