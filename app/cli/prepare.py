"""`phsar prepare`: everything between servers that run and a market that can open, in one process.

Each part can be repeated: tables are upgraded, contracts deployed once, the demo market loaded once. A later start has
nothing to do, so what only work needs is loaded only for work.
"""

import time
from collections.abc import Callable

import click

from app import reactions
from app.chain.keys import Keys
from app.chain.rpc import Rpc
from app.cli.demo.stamp import is_stamped, stamp
from app.config.settings import Settings, load_settings
from app.db.revision import is_newest
from app.settlement.actions.deploy_market import deploy_market

GAS_MONEY = 10**24  # wei


@click.command("prepare")
@click.option("--demo/--no-demo", default=False, help="Load the demo market as well.")
@click.option("--gas-money", is_flag=True, help="On a test chain: give the treasury what it pays for gas with.")
def prepare(*, demo: bool, gas_money: bool) -> None:
    """Bring tables, contracts and, if wanted, the demo market up to date."""
    settings = load_settings()
    _step("tables up to date", lambda: _upgrade(settings))
    reactions.start(settings)
    if gas_money:
        _give_gas(settings)
    _step("contracts deployed", deploy_market)
    if demo:
        _step("demo market loaded", lambda: _load_demo(settings))


def _upgrade(settings: Settings) -> None:
    if is_newest(settings.database_url):
        return
    from app.db import migrate  # Alembic, Mako and all models

    migrate.upgrade(settings.database_url)


def _give_gas(settings: Settings) -> None:
    """On a chain of our own the treasury's gas money comes from nowhere."""
    treasury = Keys(settings.key_seed).treasury().address
    Rpc(settings.chain_rpc_url, settings.chain_id).request("anvil_setBalance", treasury, hex(GAS_MONEY))


def _load_demo(settings: Settings) -> None:
    if is_stamped(settings):
        return
    from app.cli.demo.load import load_demo_market  # draws pictures and hashes passwords

    load_demo_market(settings, say=click.echo)
    stamp(settings)


def _step(done: str, work: Callable[[], object]) -> None:
    began = time.monotonic()
    work()
    click.echo(f"{done} ({time.monotonic() - began:.1f} s)")
