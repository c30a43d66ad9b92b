"""`phsar books tie-out`: for the accountant's terminal."""

import json
import sys

import click

from app.db.session import transaction
from app.reconciliation.actions.record_tie_out import record_tie_out
from app.reconciliation.outside import check_now
from app.reconciliation.plain import as_json, as_table


@click.command("tie-out")
@click.option("--json", "wants_json", is_flag=True, help="One JSON object instead of the table.")
def tie_out(*, wants_json: bool) -> None:
    """Compare Stripe, ledger and chain. Exits with 1, naming each culprit, when they differ."""
    found = check_now()
    with transaction() as session:
        record_tie_out(session, found)
    click.echo(json.dumps(as_json(found), indent=2, ensure_ascii=False) if wants_json else as_table(found))
    if not found.ties:
        sys.exit(1)
