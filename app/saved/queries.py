"""Reading kept settings: everybody finds their own."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.identity.models import Organization
from app.saved.models import SavedReport


def saved_by(user_id: UUID | None) -> Select[SavedReport]:
    return select(SavedReport).where(SavedReport.user_id == user_id)


def saved_shown(session: Session, user_id: UUID | None) -> Sequence[Row[*tuple[SavedReport, Organization]]]:
    """(settings, whose report it is), by name."""
    query = (
        saved_by(user_id)
        .add_columns(Organization)
        .join(Organization, Organization.id == SavedReport.organization_id)
        .order_by(func.lower(SavedReport.name), SavedReport.id)
    )
    return session.execute(query).all()
