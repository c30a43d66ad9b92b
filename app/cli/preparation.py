"""Everything between servers that run and a market that can open. Each part can be repeated, and does what is missing."""

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click

from app import reactions
from app.chain.keys import Keys
from app.cli.demo.load import load_demo_market
from app.cli.demo.stamp import stamp
from app.cli.upgrade import upgrade
from app.config.settings import Settings
from app.embedded.inner_address import inner_rpc
from app.settlement.actions.deploy_market import deploy_market

GAS_MONEY = 10**24  # wei


def prepare_market(settings: Settings, *, demo: bool, own_chain: Path | None) -> None:
    """Tables, contracts and, if wanted, the demo market, in this order; each says when it is done."""
    _step("tables up to date", lambda: upgrade(settings))
    reactions.start(settings)
    if own_chain:
        _give_gas(settings, own_chain)
    _step("contracts deployed", deploy_market)
    if demo:
        _step("demo market loaded", lambda: _load_demo(settings))


def _give_gas(settings: Settings, own_chain: Path) -> None:
    """On a chain of our own the treasury's gas money comes from nowhere."""
    treasury = Keys(settings.key_seed).treasury().address
    with closing(inner_rpc(own_chain)) as node:
        node.call("anvil_setBalance", treasury, hex(GAS_MONEY))


def _load_demo(settings: Settings) -> None:
    load_demo_market(settings, say=click.echo)
    stamp(settings)


def _step(done: str, work: Callable[[], object]) -> None:
    began = time.monotonic()
    work()
    click.echo(f"{done} ({time.monotonic() - began:.1f} s)")
