"""Tables at the newest revision, with what may be done in them by whom, and the clocks of the books."""

import click
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from app.config.settings import Settings
from app.db import migrate
from app.db.grants import grant_what_is_asked
from app.ledger.actions.keep_time_zone import keep_time_zone

NEWEST = "head"


def owner_url(settings: Settings) -> str:
    """Where whoever changes tables goes."""
    return settings.database_owner_url or settings.database_url


def upgrade(settings: Settings, revision: str = NEWEST) -> None:
    """As the owner of the tables; can be repeated. At an older revision nothing is granted: it is on its way."""
    migrate.upgrade(owner_url(settings), revision)
    if revision == NEWEST:
        grant_what_is_asked(owner_url(settings), settings.database_url, settings.database_reports_url)
        _cut_off_by(settings)


def _cut_off_by(settings: Settings) -> None:
    engine = create_engine(owner_url(settings))
    with Session(engine) as session, session.begin():
        if not keep_time_zone(session, settings.market_time_zone):
            click.echo("MARKET_TIME_ZONE is not the books': months that are closed keep theirs")
    engine.dispose()
