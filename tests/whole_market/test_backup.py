"""A running market trades, is backed up, trades on, and comes back from the archive in a folder of its own."""

import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.buyer import Buyer
from tests.support.running_market import RunningMarket
from tests.whole_market.test_stops_and_starts import count, fill, require_tied_out, wait_until_settled

ORDERS = "SELECT count(*) FROM orders"


@pytest.fixture
def start(server_folder: Path) -> Iterator[Callable[[str], RunningMarket]]:
    """Starts the market of a folder by its name; none is left running after the test."""
    started: list[RunningMarket] = []

    def start(name: str) -> RunningMarket:
        started.append(RunningMarket(server_folder / name, "--no-demo"))
        return started[-1]

    yield start
    for market in started:
        market.cut_the_power()


def buy(market: RunningMarket, variant: str) -> None:
    with closing(Buyer(market.url)) as buyer:
        assert "Paid" in buyer.look(buyer.buy(variant))


@pytest.mark.chain
def test_a_backup_of_a_running_market_becomes_a_market_whose_books_tie_out(
    server_folder: Path, start: Callable[[str], RunningMarket]
) -> None:
    first = start("var")
    fill(first)
    buy(first, "p-3")
    wait_until_settled(first, orders=1)
    (server_folder / "backups").mkdir()
    taken = first.phsar("backup", str(server_folder / "backups"))
    assert taken.returncode == 0, taken.stdout + taken.stderr
    (archive,) = (server_folder / "backups").iterdir()
    buy(first, "p-4")
    wait_until_settled(first, orders=2)
    assert first.stop(signal.SIGINT) == 0
    kept_apart = shutil.copy(server_folder / "var" / "secrets.env", server_folder / "keys.env")

    at_rest = first.phsar("backup", str(server_folder / "at-rest.tar"), "--with-keys")
    assert at_rest.returncode == 0, at_rest.stdout + at_rest.stderr
    assert " 2 orders" in at_rest.stdout
    refused = first.phsar("restore", str(archive), "--data-dir", str(server_folder / "var"))
    assert refused.returncode == 1
    assert "is not empty" in refused.stderr or "has tables" in refused.stderr

    words = ("restore", str(archive), "--data-dir", str(server_folder / "again"), "--keys", kept_apart)
    back = first.phsar_alone(*words)
    assert back.returncode == 0, back.stdout + back.stderr
    again = start("again")
    assert count(again, ORDERS) == 1
    require_tied_out(again)
    buy(again, "p-5")
    wait_until_settled(again, orders=2)
    require_tied_out(again)
