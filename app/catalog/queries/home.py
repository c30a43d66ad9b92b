"""What the front page shows besides categories."""

from dataclasses import dataclass

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from app.catalog.models import Listing
from app.catalog.queries.shelf import Card, card_of, cards, on_sale
from app.identity.models import Organization


@dataclass(frozen=True)
class MarketCounts:
    listings: int
    shops: int
    countries: int


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
    """Goods on sale, the shops that sell them, and their countries."""
    per_shop = on_sale(select(Organization.id, Organization.country, func.count().label("count")).select_from(Listing))
    grouped = per_shop.group_by(Organization.id, Organization.country).subquery()
    counted = select(
        func.coalesce(func.sum(grouped.c.count), 0), func.count(), func.count(grouped.c.country.distinct())
    )
    listings, shops, countries = session.execute(counted).one()
    return MarketCounts(int(listings), shops, countries)
