"""The market's own organization."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.identity.models import Organization
from app.identity.rules.countries import country
from app.identity.rules.roles import MARKET


def ensure_market(
    session: Session, *, name: str, country_code: str, time_zone: str, currency: str = "USD"
) -> Organization:
    """The one organization of kind `market`, made on the first call. Raises UnservedCountry."""
    values = {
        "kind": MARKET,
        "status": "approved",
        "name": name,
        "slug": "the-market",
        "country": country(country_code).code,
        "currency": currency,
        "time_zone": time_zone,
    }
    session.execute(insert(Organization).values(values).on_conflict_do_nothing())
    return session.scalars(select(Organization).where(Organization.kind == MARKET)).one()
