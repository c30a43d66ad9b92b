"""`phsar settle` and `phsar chain …`."""

import json
import signal

import click

from app.chain.actions.deploy_contracts import deploy_contract
from app.chain.contracts import ESCROW, TOKEN
from app.chain.keys import Keys
from app.chain.rpc import Rpc
from app.config.current import settings
from app.settlement.actions.allow_escrow import allow_escrow
from app.settlement.worker import SettlementWorker

TOKEN_DECIMALS = 6


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
    deploy_all()


def deploy_all() -> None:
    """Token, escrow, and the treasury's allowance for the escrow; each once."""
    current = settings()
    rpc = Rpc(current.chain_rpc_url, current.chain_id)
    rpc.require_chain()
    keys = Keys(current.key_seed)
    treasury = keys.treasury()
    token, token_is_new = deploy_contract(
        rpc,
        treasury,
        TOKEN,
        (current.token_name, current.token_symbol, TOKEN_DECIMALS, treasury.address, treasury.address),
    )
    escrow, escrow_is_new = deploy_contract(rpc, treasury, ESCROW, (treasury.address,))
    allow_escrow(rpc, treasury, token, escrow)
    for name, address, is_new in ((TOKEN, token, token_is_new), (ESCROW, escrow, escrow_is_new)):
        click.echo(f"{name} 0x{address.hex()} on chain {current.chain_id} ({'deployed' if is_new else 'was there'})")


@chain.command("addresses")
def addresses() -> None:
    """The market's own addresses, as JSON."""
    keys = Keys(settings().key_seed)
    names = ("treasury", "fees", "arbiter", "buyer-agent")
    click.echo(json.dumps({name: keys.account(name).address for name in names}))


commands = [settle, chain]
