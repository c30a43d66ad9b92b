"""`phsar prepare`: what must be done once, and has been done before a later start, which asks without loading the market."""

from pathlib import Path

import click
import psycopg
import requests

from app.cli.demo.stamp import is_stamped
from app.config.settings import Settings, load_settings
from app.db.revision import is_newest, plain_address

CONTRACTS = 2
TIMEOUT_SECONDS = 15
_SET_UP = """
    SELECT (SELECT array_agg(address) FROM deployments WHERE chain_id = %(chain)s),
           (SELECT count(*) FROM chain_transactions WHERE chain_id = %(chain)s AND state IN ('signed', 'mined')),
           EXISTS (SELECT FROM chain_transactions
                   WHERE chain_id = %(chain)s AND purpose LIKE 'approve:%%' AND state = 'final'),
           EXISTS (SELECT FROM books WHERE time_zone = %(zone)s OR soft_closed_through IS NOT NULL)
           AND NOT EXISTS (SELECT FROM organizations AS o, books AS b WHERE o.kind = 'market' AND o.time_zone <> b.time_zone)
"""


@click.command("prepare")
@click.option("--demo/--no-demo", default=False, help="Load the demo market as well.")
@click.option(
    "--own-chain",
    type=click.Path(path_type=Path),
    help="Folder of the EVM node of our own: it gives the treasury what gas is paid with.",
)
def prepare(*, demo: bool, own_chain: Path | None) -> None:
    """Bring tables, contracts and, if wanted, the demo market up to date."""
    settings = load_settings()
    if is_prepared(settings, demo=demo):
        click.echo("everything is there")
        return
    from app.cli.preparation import prepare_market  # the whole market

    prepare_market(settings, demo=demo, own_chain=own_chain)


def is_prepared(settings: Settings, *, demo: bool) -> bool:
    """Whether tables, contracts and demo are there, and no transaction of ours is under way or may have been lost."""
    if not is_newest(settings.database_url) or (demo and not is_stamped(settings)):
        return False
    with psycopg.connect(plain_address(settings.database_url)) as connection:
        found = connection.execute(_SET_UP, {"chain": settings.chain_id, "zone": settings.market_time_zone}).fetchone()
    addresses, under_way, is_approved, has_zone = found or (None, 1, False, False)
    if not addresses or len(addresses) < CONTRACTS or under_way or not is_approved or not has_zone:
        return False
    return all(_has_code(settings.chain_rpc_url, bytes(address)) for address in addresses)


def _has_code(rpc_url: str, address: bytes) -> bool:
    call = {"jsonrpc": "2.0", "id": 1, "method": "eth_getCode", "params": ["0x" + address.hex(), "latest"]}
    answer = requests.post(rpc_url, json=call, timeout=TIMEOUT_SECONDS)
    return len(answer.json().get("result") or "0x") > len("0x")
