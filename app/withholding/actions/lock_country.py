"""What a country is owed changes in one transaction at a time, where more than one row decides."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def lock_country(session: Session, country: str) -> None:
    """Until this transaction ends, no other one switches, remits or gives back tax of the country."""
    session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"withholding:{country}", 0))))
