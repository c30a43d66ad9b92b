"""Reading runs and exceptions."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.matching.models import MatchRun


def last_run(session: Session) -> MatchRun | None:
    return session.scalars(select(MatchRun).order_by(MatchRun.began_at.desc(), MatchRun.id.desc()).limit(1)).first()
