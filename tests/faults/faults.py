"""What can go wrong around a market, each begun while people buy and ended again."""

import contextlib
import io
import random
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

import requests

from app.chain.contracts import topic_of
from app.cli.children import REPOSITORY
from tests.faults.market import Market
from tests.faults.people import Seller
from tests.faults.rpc_proxy import RpcProxy
from tests.support.debian import found_or_installed

DOWN_SECONDS, BAD_SECONDS = 30, 5
CLOCK_SECONDS = 10
MOST_BYTES, TRIES = 5_000, 8
"""A workbook of no line at all writes a longer file than that on its way."""
HOW_TO_GET_FAKETIME = (
    "A wrong clock needs libfaketime, and it could not be found or installed. Install it and run again: "
    "`apt install libfaketime` (Debian, Ubuntu), or go without: `--short`, `--kind deaths`."
)
DEEPEST_REORG = 10
"""Blocks: the node calls what is twelve below its head final."""
_ON_THE_WAY = """
    SELECT max(seen_number) - min(block_number) + 1 FROM chain_logs JOIN chain_cursors USING (chain_id)
    WHERE topics[1] = %(topic)s AND final_at IS NULL
"""


@dataclass(frozen=True)
class Fault:
    """`bring_about` returns when it is over, saying what was done."""

    name: str
    bring_about: Callable[[], str]
    is_quick: bool = True


@cache
def faketime() -> str:
    """Path of the library that moves a process's clock. Raises RuntimeError saying how to get it."""

    def find() -> str | None:
        return next((str(path) for path in Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")), None)

    if found := found_or_installed(find, "libfaketime"):
        return found
    raise RuntimeError(HOW_TO_GET_FAKETIME)


class Faults:
    def __init__(
        self,
        market: Market,
        proxy: RpcProxy,
        sellers: Sequence[Seller],
        wait: Callable[[float], None],
        seed: int,
        *,
        is_short: bool = False,
    ) -> None:
        self._down_seconds = BAD_SECONDS if is_short else DOWN_SECONDS
        self._market, self._proxy, self._sellers, self._wait = market, proxy, sellers, wait
        self._pick = random.Random(seed)

    def all(self) -> list[Fault]:
        return [
            Fault("webhooks doubled and reordered", self._webhooks_in_disorder),
            Fault("webhooks held back", self._webhooks_late, is_quick=False),
            Fault("database restarted", lambda: self._database(signal.SIGINT), is_quick=False),
            Fault("database crashed", lambda: self._database(signal.SIGQUIT)),
            Fault("node does not answer", lambda: self._rpc(self._proxy.is_down, self._down_seconds)),
            Fault("node answers errors", lambda: self._rpc(self._proxy.answers_errors)),
            Fault("stale head", lambda: self._rpc(self._proxy.shows_a_stale_head)),
            Fault("no receipts", lambda: self._rpc(self._proxy.has_no_receipts)),
            Fault("node of another chain", self._another_chain),
            Fault("reorg drops a deposit", lambda: self._reorg("Deposited")),
            Fault("reorg drops a release", lambda: self._reorg("Released")),
            Fault("reorg drops a refund", lambda: self._reorg("Refunded")),
            Fault("node loses its last seconds", self._lost_seconds),
            Fault("two settlement workers, one key", self._second_signer, is_quick=False),
            Fault("disk full while reports are written", self._full_disk),
            Fault("clock 10 minutes wrong", self._wrong_clock, is_quick=False),
        ]

    def _rpc(self, begin: Callable[[], None], seconds: float = BAD_SECONDS) -> str:
        before = self._proxy.spoiled
        begin()
        self._wait(seconds)
        self._proxy.is_well()
        return f"{seconds:.0f} s, {self._proxy.spoiled - before} requests"

    def _another_chain(self) -> str:
        self._proxy.is_of_another_chain()
        self._market.kill("settle")
        self._wait(BAD_SECONDS)
        self._proxy.is_well()
        return f"the settlement worker started anew, {BAD_SECONDS} s"

    def _database(self, how: signal.Signals) -> str:
        self._market.part("database").process.send_signal(how)
        self._wait(3)
        return how.name

    def _reorg(self, event: str) -> str:
        topic = topic_of(event)
        deadline = time.monotonic() + 60
        while True:
            depth = self._market.ask(_ON_THE_WAY, topic=topic)[0][0]
            if depth is not None and depth <= DEEPEST_REORG - 1:
                break
            assert time.monotonic() < deadline, f"no {event} that is not final yet"
            self._wait(0.05)
        depth = self._pick.randint(int(depth) + 1, DEEPEST_REORG)
        node = self._market.node()
        node.call("anvil_reorg", depth, [])
        node.close()
        self._wait(2)
        return f"{depth} blocks"

    def _lost_seconds(self) -> str:
        self._market.kill("chain", "anvil")
        self._wait(3)
        return "anvil killed with what it had not saved"

    def _webhooks_in_disorder(self) -> str:
        with self._webhook_faults(duplicates=2, reorder_seconds=1, drop_next=3):
            self._wait(8)
        return "each three times, newest first, three lost at first"

    def _webhooks_late(self) -> str:
        with self._webhook_faults(delay_seconds=3600):
            self._wait(10)
        held = {delivery["event"] for delivery in self._stripe("GET", "deliveries")["data"]}
        for event in sorted(held):
            self._stripe("POST", f"events/{event}/resend", {"copies": 1})
        return f"nothing heard for 10 s, while people looked by themselves; then {len(held)} at once"

    @contextlib.contextmanager
    def _webhook_faults(self, **switches: int) -> Iterator[None]:
        self._stripe("POST", "faults", {"webhooks": switches})
        yield
        self._stripe("DELETE", "faults")

    def _second_signer(self) -> str:
        environment = {**self._market.instance.environment, "CHAIN_RPC_URL": self._proxy.url}
        with (self._market.folder / "second.log").open("wb") as log:
            command = [sys.executable, "-m", "app.cli", "settle"]
            second = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=log, stderr=log)
            try:
                self._wait(BAD_SECONDS)
                self._market.kill("settle")
                self._wait(BAD_SECONDS)
            finally:
                second.kill()
                second.wait()
        return f"side by side {BAD_SECONDS} s, the first killed, the second too after another {BAD_SECONDS} s"

    def _full_disk(self) -> str:
        """No file of the web processes may grow beyond so many bytes, as with a quota; then it may again."""
        seller = self._pick.choice(self._sellers)
        for most in [self._pick.randrange(MOST_BYTES) for _ in range(TRIES)]:
            with self._market.files_held_to("web", most):
                refused = seller.report()
            assert refused.status_code == HTTPStatus.SERVICE_UNAVAILABLE, f"{most} bytes: {refused.status_code}"
            assert "disk has no room left" in refused.text
            self._wait(0.2)
        with zipfile.ZipFile(io.BytesIO(seller.report().content)) as whole:
            assert whole.testzip() is None
        return f"at {TRIES} places, told so each time; then the report came"

    def _wrong_clock(self) -> str:
        """Of all that is ours; database, card service and node have the right one."""
        for shift in ("+10m", "-10m", ""):
            changed = {"LD_PRELOAD": faketime(), "FAKETIME": shift, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
            for role in ("web", "worker", "settle"):
                self._market.start_anew(role, changed if shift else {})
            self._wait(CLOCK_SECONDS)
        return "of web, workers and settlement; ahead, then behind"

    def _stripe(self, method: str, path: str, body: dict[str, object] | None = None) -> Any:
        environment = self._market.instance.environment
        headers = {"Authorization": f"Bearer {environment['STRIPE_API_KEY']}"}
        address = f"{environment['STRIPE_API_BASE']}/_test/{path}"
        answer = requests.request(method, address, json=body, headers=headers, timeout=60)
        answer.raise_for_status()
        return answer.json()
