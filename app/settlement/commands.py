"""`phsar settle` and `phsar chain …`."""

import json
import signal

import click

from app.chain.keys import Keys
from app.config.current import settings
from app.settlement.actions.deploy_market import deploy_market
from app.settlement.worker import SettlementWorker


@click.command("settle")
def settle() -> None:
    """Run the settlement worker: indexer, signer, outbox."""
    worker = SettlementWorker()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    worker.run()


@click.group("chain")
def chain() -> None:
    """Contracts and keys on the settlement chain."""


@chain.command("deploy")
def deploy() -> None:
    """Deploy the contracts that are not there yet and record their addresses for this chain id."""
    for line in deploy_market():
        click.echo(line)


@chain.command("addresses")
def addresses() -> None:
    """The market's own addresses, as JSON."""
    keys = Keys(settings().key_seed)
    names = ("treasury", "fees", "arbiter", "buyer-agent")
    click.echo(json.dumps({name: keys.account(name).address for name in names}))


commands = [settle, chain]
