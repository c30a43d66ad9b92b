"""Holding stock for a checkout."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalog.errors import HoldChanged, OutOfStock
from app.catalog.models import Listing, StockReservation, Variant
from app.catalog.rules.quantities import largest_quantity


@dataclass(frozen=True)
class StockWant:
    """So many of a variant for one order of the group."""

    variant_id: UUID
    order_id: UUID
    quantity: int


def reserve_stock(session: Session, *, order_group_id: UUID, wants: Sequence[StockWant], until: datetime) -> None:
    """Hold all of `wants` or none. Rows are taken in id order, so that checkouts never wait for each other in a ring.

    The same call again changes nothing. Raises OutOfStock for the first that is short, HoldChanged when the group
    already holds something else.
    """
    earlier = session.scalars(select(StockReservation).where(StockReservation.order_group_id == order_group_id)).all()
    held = {row.variant_id: row.quantity for row in earlier if row.state == "held"}
    if held:
        if held != {want.variant_id: want.quantity for want in wants}:
            raise HoldChanged
        return
    for want in sorted(wants, key=lambda want: want.variant_id.bytes):
        if not take(session, want.variant_id, reserved=want.quantity):
            raise shortage(session, want.variant_id)
    session.add_all(
        StockReservation(
            variant_id=want.variant_id,
            order_group_id=order_group_id,
            order_id=want.order_id,
            attempt=1 + max((row.attempt for row in earlier), default=0),
            quantity=want.quantity,
            expires_at=until,
        )
        for want in wants
    )
    session.flush()


def take(session: Session, variant_id: UUID, *, reserved: int = 0, sold: int = 0) -> bool:
    """Add to what is reserved, or take from stock, if that many are free: one statement decides."""
    wanted = reserved + sold
    if wanted <= 0:
        msg = f"a hold is for at least one, not {wanted}"
        raise ValueError(msg)
    statement = (
        update(Variant)
        .where(Variant.id == variant_id, Variant.stock - Variant.reserved >= wanted)
        .values(reserved=Variant.reserved + reserved, stock=Variant.stock - sold)
        .returning(Variant.id)
        .execution_options(synchronize_session=False)
    )
    return session.scalar(statement) is not None


def shortage(session: Session, variant_id: UUID) -> OutOfStock:
    """The error that says what is left, in the listing's own quantities."""
    query = (
        select(Variant, Listing.titles, Listing.min_quantity, Listing.quantity_step)
        .join(Listing, Listing.id == Variant.listing_id)
        .where(Variant.id == variant_id)
    )
    variant, titles, minimum, step = session.execute(query.execution_options(populate_existing=True)).one()
    if variant.is_sample:
        minimum = step = 1
    title = titles.get("en") or next(iter(titles.values()))
    return OutOfStock(listing=title, left=largest_quantity(minimum, step, variant.available))
