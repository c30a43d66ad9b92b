"""`phsar books match`: for the accountant's terminal."""

import sys
from datetime import UTC, datetime

import click

from app.db.session import in_transaction, reading
from app.matching.actions.match_items import match_items
from app.matching.queries import open_items
from app.reconciliation.plain import amount_text


@click.command("match")
@click.option("--whole", is_flag=True, help="Every item there ever was, not only what was touched since the last run.")
def match(*, whole: bool) -> None:
    """Match items one by one and list what is open. Exits with 1 when something is."""
    changed = in_transaction(lambda session: match_items(session, now=datetime.now(UTC), whole=whole))
    with reading() as session:
        rows = open_items(session)
    for row in rows:
        amount = f"{amount_text(row.difference, row.asset)} {row.asset}"
        click.echo(f"{row.since:%Y-%m-%d}  {row.family:<6}  {row.reason:<15}  {amount:>24}  {row.reference}")
    click.echo(f"{changed} changed, {len(rows)} open")
    if rows:
        sys.exit(1)
