"""The clock by which the market's own days are cut."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.identity.models import Organization
from app.identity.rules.roles import MARKET


def set_market_clock(session: Session, time_zone: str) -> None:
    """Days of the market's reports begin by `time_zone` (IANA name). Nothing where there is no market yet."""
    stale = Organization.time_zone != time_zone
    session.execute(update(Organization).where(Organization.kind == MARKET, stale).values(time_zone=time_zone))
