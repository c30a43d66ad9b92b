"""One buyer gets so many samples of a listing and no more, whatever is ordered at the same moment."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.catalog.errors import SampleLimit
from app.catalog.models import Listing, Variant
from app.orders.models import OrderGroup
from app.orders.rules.purchase import Purchase
from app.orders.rules.samples import SampleBuyer, counted
from app.orders.sample_queries import samples_had


def limit_samples(session: Session, purchase: Purchase) -> None:
    """Two orders of one buyer stand in line here. Its variants are locked already. Raises SampleLimit."""
    lines = [line for order in purchase.orders for line in order.lines if line.is_sample]
    if not lines:
        return
    company_id = purchase.company.id if purchase.company else None
    buyer = SampleBuyer(purchase.buyer_id, company_id, purchase.contact.email)
    _require(session, buyer, counted([(line.listing_id, line.quantity) for line in lines]))


def may_have_samples(session: Session, group: OrderGroup) -> bool:
    """Whether a checkout whose time was over can still have its samples: others may have been ordered since."""
    lines = [line for order in group.orders for line in order.lines]
    samples = counted([(line.listing_id, line.quantity) for line in lines if line.is_sample])
    if not samples:
        return True
    ids = [line.variant_id for line in lines]
    locked = select(Variant.id).where(Variant.id.in_(ids)).order_by(Variant.id).with_for_update(key_share=True)
    session.execute(locked)  # in the order in which whoever places an order locks them, and like there before the buyer
    try:
        _require(session, SampleBuyer(group.buyer_id, group.company_id, group.email), samples)
    except SampleLimit:
        return False
    return True


def _require(session: Session, buyer: SampleBuyer, wanted: dict[UUID, int]) -> None:
    _stand_in_line(session, sorted(name for listing_id in wanted for name in buyer.names(listing_id)))
    had = samples_had(session, buyer, wanted)
    for listing_id, title, most in _limits(session, wanted):
        if had.get(listing_id, 0) + wanted[listing_id] > most:
            raise SampleLimit(listing=title, most=most, had=had.get(listing_id, 0))


def _stand_in_line(session: Session, names: Sequence[str]) -> None:
    """A statement for each: whoever waits here reads what the one before has left."""
    for name in names:
        session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def _limits(session: Session, listing_ids: Collection[UUID]) -> list[tuple[UUID, str, int]]:
    rows = session.execute(
        select(Listing.id, Listing.titles, Listing.sample_most).where(Listing.id.in_(listing_ids)).order_by(Listing.id)
    )
    return [(row.id, row.titles.get("en") or next(iter(row.titles.values())), row.sample_most) for row in rows]
