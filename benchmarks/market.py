"""A market of the benchmark's own: free ports, a folder that is gone afterwards, filled with the catalogue."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from app.cli.children import REPOSITORY
from app.cli.instance import Instance
from app.cli.log_lines import Terminal
from app.cli.steps import market_steps
from benchmarks.waiting import settle

PARTS = ("web", "worker", "settle")  # the application; the rest are servers


class BenchMarket:
    """`with BenchMarket.filled(size) as market:`"""

    def __init__(self, folder: Path, log: Terminal, size: int) -> None:
        self.size = size
        # Guests who race come from addresses of their own; the market believes the header of one proxy.
        outer = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        outer["TRUSTED_PROXIES"] = "1"
        steps = partial(market_steps, demo=False)
        self._make = lambda: Instance(folder / "var", steps=steps, terminal=log, outer=outer)
        self.instance = self._make()

    @classmethod
    @contextmanager
    def filled(cls, size: int) -> Iterator["BenchMarket"]:
        """Running, with `size` goods in it. What its parts say is shown when something goes wrong."""
        folder = Path(tempfile.mkdtemp(prefix="phsar-bench-"))
        folder.chmod(0o755)  # PostgreSQL may run as somebody else
        log_file = folder / "market.log"
        try:
            with log_file.open("w") as log:
                market = cls(folder, Terminal(log), size)
                with market.running():
                    market.fill()
                    yield market
        except BaseException:
            sys.stderr.write(log_file.read_text()[-3000:])
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def running(self) -> Iterator[None]:
        try:
            self.instance.start()
            yield
        finally:
            self.instance.stop()

    def fill(self) -> None:
        command = [sys.executable, "-m", "benchmarks.load", "--size", str(self.size)]
        environment = os.environ | self.instance.environment
        subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, stdout=subprocess.DEVNULL)

    def start_again(self) -> tuple[float, float]:
        """Seconds to stop everything and seconds to have it back, with its data."""
        began = time.monotonic()
        self.instance.stop()
        stopped = time.monotonic()
        settle()
        ready = time.monotonic()
        self.instance = self._make()
        self.instance.start()
        return stopped - began, time.monotonic() - ready

    @property
    def leaders(self) -> list[int]:
        """Process numbers of the application's parts, and of what has loaded the application for them."""
        supervisor = self.instance.supervisor
        parts = [supervisor.children[part].process.pid for part in PARTS]
        return [supervisor.fork_server.process.pid, *parts] if supervisor.fork_server else parts
