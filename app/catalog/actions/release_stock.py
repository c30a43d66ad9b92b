"""A hold ends."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.catalog.actions.sell_stock import latest_attempt
from app.catalog.models import Variant


def release_reserved(session: Session, order_group_id: UUID) -> None:
    """End the group's hold. Sold goods stay sold; a second call changes nothing."""
    for reservation in latest_attempt(session, order_group_id):
        if reservation.state == "held":
            session.execute(
                update(Variant)
                .where(Variant.id == reservation.variant_id)
                .values(reserved=Variant.reserved - reservation.quantity)
                .execution_options(synchronize_session=False)
            )
            reservation.state = "released"
    session.flush()
