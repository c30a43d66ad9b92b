"""`phsar prepare`: everything between servers that run and a market that can open, in one process.

Each part can be repeated: tables are upgraded, contracts deployed once, the demo market loaded once.
"""

import time
from collections.abc import Callable

import click

from app import wiring
from app.chain.keys import Keys
from app.cli.demo.load import load_demo_market
from app.config.settings import Settings, load_settings
from app.db import migrate
from app.settlement.actions.deploy_market import deploy_market


@click.command("prepare")
@click.option("--demo/--no-demo", default=False, help="Load the demo market as well.")
def prepare(*, demo: bool) -> None:
    """Bring tables, contracts and, if wanted, the demo market up to date."""
    settings = load_settings()
    _step("tables up to date", lambda: migrate.upgrade(settings.database_url))
    wiring.start(settings)
    _step("contracts deployed", deploy_market)
    if demo:
        _step("demo market loaded", lambda: load_demo_market(settings, say=click.echo))


def _step(done: str, work: Callable[[], object]) -> None:
    began = time.monotonic()
    work()
    click.echo(f"{done} ({time.monotonic() - began:.1f} s)")


def treasury_address(settings: Settings) -> str:
    """Who needs gas money on an embedded chain."""
    return str(Keys(settings.key_seed).treasury().address)
