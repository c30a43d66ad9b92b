"""What goods cost this buyer now, as the cart will say: before somebody puts a whole list into it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.catalog.models import Listing, Variant
from app.catalog.queries.offers import offers_for
from app.catalog.queries.private import on_sale_to
from app.fx.queries import rates_of
from app.identity.models import Organization
from app.identity.rules.shops import SHOWN
from app.money.amounts import Money, usd
from app.pricing.queries import Buyer
from app.pricing.rules.tiers import read_kept
from app.pricing.rules.winning import winning_price
from app.purchasing.models import RequisitionLine


@dataclass(frozen=True)
class LinePrice:
    """`each` in the seller's currency when `quantity` are bought; `usd`, what all of them come to in US dollars."""

    quantity: int
    each: Money
    usd: Money


def prices_now(session: Session, buyer: Buyer | None, wants: Mapping[UUID, int]) -> Mapping[UUID, LinePrice]:
    """By variant, for the quantities wanted of it; what this buyer cannot have is left out. At most three queries."""
    if not wants:
        return {}
    query = (
        select(Variant.id, Variant.price_minor, Variant.price_tiers, Listing.currency)
        .join(Listing, Listing.id == Variant.listing_id)
        .join(Organization, Organization.id == Listing.organization_id)
        .where(Variant.id.in_(wants), ~Variant.is_retired, on_sale_to(buyer), Organization.status.in_(SHOWN))
    )
    rows = session.execute(query).all()
    offers, rates = offers_for(session, buyer, wants), rates_of(session, {row.currency for row in rows})
    found = {}
    for row in rows:
        usual, quantity = Money(row.price_minor, row.currency), wants[row.id]
        each = winning_price(usual, read_kept(row.price_tiers), offers.get(row.id, ()), quantity).price
        found[row.id] = LinePrice(quantity, each, rates[row.currency].rate.to_usd(each * quantity))
    return found


def total_of(prices: Iterable[LinePrice]) -> Money:
    return sum((one.usd for one in prices), usd(0))


def wanted_of_list(session: Session, list_id: UUID) -> Mapping[UUID, int]:
    """Variant -> quantity of a whole list, not only of the page one looks at."""
    lines = select(RequisitionLine.variant_id, RequisitionLine.quantity).where(RequisitionLine.list_id == list_id)
    return {row.variant_id: row.quantity for row in session.execute(lines)}
