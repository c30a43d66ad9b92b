"""A paid checkout takes its goods."""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.catalog.actions.reserve_stock import take
from app.catalog.events import VariantSoldOut
from app.catalog.models import StockReservation, Variant
from app.events.bus import publish


def sell_reserved(session: Session, order_group_id: UUID) -> bool:
    """Turn the group's hold into a sale. When the hold had ended, take the goods again if all are still there.

    False when not enough is left; then nothing was taken and the money goes back. A second call answers as the first.
    """
    latest = latest_attempt(session, order_group_id)
    states = {reservation.state for reservation in latest}
    if not latest:
        return False
    if states == {"held"}:
        _sell_held(session, latest)
        return True
    return True if states <= {"sold", "returned"} else _sell_again(session, latest)


def latest_attempt(session: Session, order_group_id: UUID) -> list[StockReservation]:
    """The group's newest hold, locked, in the order in which variants are locked."""
    query = (
        select(StockReservation)
        .where(StockReservation.order_group_id == order_group_id)
        .order_by(StockReservation.variant_id, StockReservation.attempt)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    rows = list(session.scalars(query))
    newest = max((row.attempt for row in rows), default=0)
    return [row for row in rows if row.attempt == newest]


def _sell_held(session: Session, reservations: list[StockReservation]) -> None:
    for reservation in reservations:
        left = session.scalar(
            update(Variant)
            .where(Variant.id == reservation.variant_id)
            .values(stock=Variant.stock - reservation.quantity, reserved=Variant.reserved - reservation.quantity)
            .returning(Variant.stock)
            .execution_options(synchronize_session=False)
        )
        reservation.state = "sold"
        if left == 0:
            publish(session, VariantSoldOut(reservation.variant_id, reservation.order_group_id))
    session.flush()


def _sell_again(session: Session, released: list[StockReservation]) -> bool:
    attempt = session.begin_nested()
    for reservation in released:
        if not take(session, reservation.variant_id, sold=reservation.quantity):
            attempt.rollback()
            return False
        session.add(
            StockReservation(
                variant_id=reservation.variant_id,
                order_group_id=reservation.order_group_id,
                order_id=reservation.order_id,
                attempt=reservation.attempt + 1,
                quantity=reservation.quantity,
                state="sold",
                expires_at=reservation.expires_at,
            )
        )
    attempt.commit()
    _tell_sold_out(session, released)
    return True


def _tell_sold_out(session: Session, sold: list[StockReservation]) -> None:
    ids = [reservation.variant_id for reservation in sold]
    gone = select(Variant.id).where(Variant.id.in_(ids), Variant.stock == 0).order_by(Variant.id)
    for variant_id in session.scalars(gone):
        publish(session, VariantSoldOut(variant_id, sold[0].order_group_id))
