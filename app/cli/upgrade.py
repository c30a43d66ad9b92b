"""Tables at the newest revision, with what may be done in them by whom, and the clocks of the books."""

import click
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from app.config.settings import Settings
from app.db import migrate
from app.db.grants import grant_what_is_asked
from app.identity.actions.set_market_clock import set_market_clock
from app.ledger.actions.keep_time_zone import keep_time_zone
from app.ledger.period_models import Books

NEWEST = "head"


def owner_url(settings: Settings) -> str:
    """Where whoever changes tables goes."""
    return settings.database_owner_url or settings.database_url


def upgrade(settings: Settings, revision: str = NEWEST) -> None:
    """As the owner of the tables; can be repeated. At an older revision nothing is granted: it is on its way."""
    migrate.upgrade(owner_url(settings), revision)
    if revision == NEWEST:
        grant_what_is_asked(owner_url(settings), settings.database_url, settings.database_reports_url)
        cut_off_by(settings)


def cut_off_by(settings: Settings) -> None:
    """Months of the books and days of the market's reports by one clock; by the books' where a closed month keeps it."""
    engine = create_engine(owner_url(settings))
    with Session(engine) as session, session.begin():
        if not keep_time_zone(session, settings.market_time_zone):
            click.echo("MARKET_TIME_ZONE is not the books': months that are closed keep theirs")
        set_market_clock(session, session.scalars(select(Books.time_zone)).one())
    engine.dispose()
