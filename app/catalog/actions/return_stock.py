"""Goods of one order go back on the shelf."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalog.models import StockReservation, Variant


def return_to_stock(session: Session, order_id: UUID) -> None:
    """What one order had bought can be sold again: canceled before shipping, or come back. Twice is once."""
    sold = (
        select(StockReservation)
        .where(StockReservation.order_id == order_id, StockReservation.state == "sold")
        .order_by(StockReservation.variant_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    for reservation in session.scalars(sold):
        session.execute(
            update(Variant)
            .where(Variant.id == reservation.variant_id)
            .values(stock=Variant.stock + reservation.quantity)
            .execution_options(synchronize_session=False)
        )
        reservation.state = "returned"
    session.flush()
