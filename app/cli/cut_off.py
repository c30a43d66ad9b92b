"""The months of the books begin and end by the market's clocks."""

import click

from app.db.session import transaction
from app.ledger.actions.keep_time_zone import keep_time_zone


def cut_off_by(time_zone: str) -> None:
    """Of the configured database; says so when months that are closed keep it as it was."""
    with transaction() as session:
        if not keep_time_zone(session, time_zone):
            click.echo("MARKET_TIME_ZONE is not the books': months that are closed keep theirs")
