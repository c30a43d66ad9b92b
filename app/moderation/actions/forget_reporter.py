"""Taking a person out of the reports they made."""

from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.moderation.models import ListingReport


def forget_reporter(session: Session, user_id: UUID) -> None:
    """That goods were reported, and what was decided, stays; who did it and their words go."""
    session.execute(update(ListingReport).where(ListingReport.reporter_id == user_id).values(reporter_id=None, text=""))
