"""The whole market is started, used, stopped, killed and cut off: it always starts again, and no money is lost."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest

from app.cli.children import REPOSITORY
from app.cli.instance_ports import any_ports, remembered_ports
from app.cli.instance_secrets import NAMES
from app.config.settings import Settings
from app.embedded.leftovers import runs, wait_until_gone
from app.embedded.ports import is_free
from benchmarks.buyer import Buyer
from tests.cli.occupied_port import occupied_port
from tests.support.running_market import RunningMarket
from tests.support.waiting import wait_for

STEPS = {
    "database ready",
    "chain ready",
    "Stripe test mode ready",
    "tables, contracts and goods ready",
    "jobs are taken",
    "the chain is watched",
    "pages served",
}
PARTS = ("postgres", "anvil", "stripe_server", "phsar web", "phsar worker", "phsar settle")
FOR_A_PERSON = re.compile(r"[✓!✗] |\w+ *\| |Phsar is ready: |Stopping|Stopped")
PATIENCE = 120
MINED = "SELECT count(*) FROM chain_transactions WHERE state = 'mined'"
FUNDED = "SELECT count(*) FROM escrow_legs WHERE final_funded"
UNDER_WAY = (
    "SELECT (SELECT count(*) FROM chain_intents WHERE state NOT IN ('done', 'dropped'))"
    " + (SELECT count(*) FROM chain_transactions WHERE state IN ('signed', 'mined'))"
)


@pytest.fixture
def start(server_folder: Path) -> Iterator[Callable[[], RunningMarket]]:
    """Starts the market of one folder, again and again; none is left running after the test."""
    folder = server_folder / "var"
    folder.mkdir()
    started: list[RunningMarket] = []

    def start() -> RunningMarket:
        started.append(RunningMarket(folder, "--no-demo"))
        return started[-1]

    yield start
    for market in started:
        market.cut_the_power()


def fill(market: RunningMarket) -> None:
    """A few goods of the benchmark's catalogue, by the command line beside the market."""
    command = [sys.executable, "-m", "benchmarks.load", "--size", "50"]
    subprocess.run(command, cwd=REPOSITORY, env=market.environment, check=True, capture_output=True)


@pytest.fixture
def guest() -> Iterator[Callable[[str], Buyer]]:
    """A guest at the market with this address, who goes home after the test."""
    with ExitStack() as guests:
        yield lambda url: guests.enter_context(closing(Buyer(url)))


def wait_until_settled(market: RunningMarket, orders: int) -> None:
    """Every order is funded on chain, every transaction of ours is final, and no intent is under way."""

    def is_settled() -> bool:
        return count(market, FUNDED) == orders and count(market, UNDER_WAY) == 0

    wait_for(is_settled, seconds=PATIENCE, what=f"{orders} settled orders")


def count(market: RunningMarket, query: LiteralString) -> int:
    with psycopg.connect(market.environment["DATABASE_URL"].replace("+psycopg", "")) as connection:
        found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0


def require_tied_out(market: RunningMarket) -> None:
    found = market.phsar("books", "tie-out")
    assert found.returncode == 0, found.stdout + found.stderr


def secrets_of(market: RunningMarket) -> dict[str, str]:
    """What nobody else on the machine may read, by the name of its setting."""
    told = market.environment
    names = {*NAMES, *(item.name.upper() for item in fields(Settings) if item.metadata["secret"])} - {"CHAIN_RPC_URL"}
    found = {name: told[name] for name in names if told.get(name)}
    return found | {"the database's password": urlsplit(found["DATABASE_URL"]).password or ""}


def require_no_owner_where_visitors_come(market: RunningMarket) -> None:
    """Pages, jobs and settlement are not told how to become the owner of the tables."""
    owner = urlsplit(market.environment["DATABASE_OWNER_URL"]).password
    assert owner
    parts = market.members("app.cli.fork_server")
    assert parts
    assert not [part for part in parts if owner in "".join(part.environ().values())]


def require_no_secret_in_command_lines(market: RunningMarket) -> None:
    """`ps` and /proc show the command line of every process to everybody."""
    lines: dict[str, str] = {}
    for process in psutil.Process(market.process.pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):  # backends of the database come and go
            lines[f"{process.name()} {process.pid}"] = " ".join(process.cmdline())
    secrets = secrets_of(market)
    assert len(secrets) > len(NAMES)
    assert {"anvil", "postgres"} <= {part.split()[0] for part in lines}
    shown = {(part, name) for part, line in lines.items() for name, secret in secrets.items() if secret in line}
    assert not shown


def require_no_secret_in_what_was_said(market: RunningMarket) -> None:
    """By any process, of purchases that reached the chain and of starts after crashes."""
    said = "\n".join(market.lines)
    assert "settle" in said
    secrets = {**secrets_of(market), "the number of a card": "4242424242424242"}
    assert not [name for name, secret in secrets.items() if secret in said]


@pytest.mark.chain
def test_what_was_bought_survives_ctrl_c_kill_9_and_a_power_cut(
    server_folder: Path, start: Callable[[], RunningMarket], guest: Callable[[str], Buyer]
) -> None:
    folder = server_folder / "var"
    with occupied_port() as taken:
        (folder / "ports.json").write_text(json.dumps({**asdict(any_ports()), "stripe": taken}))
        market = start()
    ports = remembered_ports(folder)
    assert f"! port {taken} is taken; stripe listens on {ports.stripe} instead, also next time" in market.lines
    assert set(market.progress()) == STEPS
    assert all(market.members(part) for part in PARTS)
    require_no_secret_in_command_lines(market)
    require_no_owner_where_visitors_come(market)
    fill(market)
    buyer = guest(market.url)
    order = buyer.buy("p-3")
    assert "Paid" in buyer.look(order)
    wait_until_settled(market, orders=1)

    assert market.stop(signal.SIGINT) == 0
    assert not [process for process in market.family if runs(process)]
    assert all(is_free(port) for port in asdict(ports).values())
    assert [line for line in market.lines if not FOR_A_PERSON.match(line)] == []

    market = start()
    assert "prepare  | everything is there" in market.lines
    assert remembered_ports(folder) == ports
    assert "Paid" in buyer.look(order)
    require_tied_out(market)

    second = buyer.buy("p-4")
    market.stop(signal.SIGKILL)
    killed = market.family
    market = start()
    assert not wait_until_gone(killed, 1)
    assert "Paid" in buyer.look(second)

    third = buyer.buy("p-5")
    wait_for(lambda: count(market, MINED), seconds=PATIENCE, what="a transaction in a block that is not final")
    market.cut_the_power()
    market = start()
    assert "prepare  | everything is there" not in market.lines
    assert remembered_ports(folder) == ports, market.lines
    assert "Paid" in buyer.look(third), market.lines
    wait_until_settled(market, orders=3)
    require_tied_out(market)
    require_no_secret_in_what_was_said(market)
    assert market.stop() == 0
