"""What is bought together, counted anew from what was paid."""

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.catalog.models import BoughtTogether
from app.db.sql_files import read_statement

COUNTED = timedelta(days=182)
_STATEMENT = read_statement(Path(__file__).parents[1] / "sql" / "bought_together.sql")


def refresh_bought_together(session: Session, now: datetime) -> None:
    """All of it in one go: who reads meanwhile sees what was before."""
    session.execute(delete(BoughtTogether))
    session.execute(_STATEMENT, {"since": now - COUNTED})
