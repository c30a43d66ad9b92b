"""Reactions to what the chain said. Each can hear the same fact again and does nothing then."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.settlement.events import LegReleasedFinal, TaxTokensBurnedFinal, TaxTokensMovedFinal
from app.withholding.actions.take_tax import withhold
from app.withholding.models import TaxMovement, TaxRemittance
from app.withholding.rules import BURNED, BURNING


def withhold_tax(session: Session, event: LegReleasedFinal) -> None:
    withhold(session, event.order_id, released=event.released, log=event.log)


def note_moved(session: Session, event: TaxTokensMovedFinal) -> None:
    session.execute(
        update(TaxMovement)
        .where(TaxMovement.transfer == event.ref, TaxMovement.moved_at.is_(None))
        .values(moved_at=event.at)
    )


def note_burned(session: Session, event: TaxTokensBurnedFinal) -> None:
    """From now on the bank owes the country dollars."""
    query = select(TaxRemittance).where(TaxRemittance.id == event.remittance_id).with_for_update()
    remittance = session.scalars(query).one()
    if remittance.state == BURNING:
        remittance.state, remittance.burned_at = BURNED, event.at
        session.flush()
