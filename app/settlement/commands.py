"""`phsar settle` and `phsar chain …`."""

import json
import signal
from contextlib import suppress

import click

from app.chain.errors import NotDeployed
from app.chain.keys import Keys
from app.chain.rpc import to_hex
from app.config.current import settings
from app.db.session import reading
from app.settlement.actions.deploy_market import deploy_market
from app.settlement.queries import contract_addresses
from app.settlement.worker import SettlementWorker


@click.command("settle")
def settle() -> None:
    """Run the settlement worker: indexer, signer, outbox."""
    worker = SettlementWorker()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    click.echo("watches the chain")
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
    """The market's own addresses and, once deployed, its contracts on this chain, as JSON."""
    keys = Keys(settings().key_seed)
    own = {name: str(keys.account(name).address) for name in ("treasury", "fees", "arbiter", "buyer-agent")}
    with reading() as session, suppress(NotDeployed):
        own |= {name: to_hex(address) for name, address in contract_addresses(session).items()}
    click.echo(json.dumps(own))
