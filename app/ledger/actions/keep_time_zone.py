"""The clocks by which the months of the books begin and end."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.ledger.period_models import Books, PeriodEvent


def keep_time_zone(session: Session, time_zone: str) -> bool:
    """Cut off by `time_zone` (IANA name) from now on; gives False, and changes nothing, while a month is closed."""
    books = session.scalars(select(Books)).one()
    if books.time_zone == time_zone:
        return True
    if books.soft_closed_through is not None:
        return False
    session.add(PeriodEvent(kind="time_zone", time_zone=time_zone))
    session.flush()
    return True
