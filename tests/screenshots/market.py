"""The demo market that is pictured, and what its operator does at the command line."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from app.cli.instance_secrets import read_environment
from tests.support.own_market import own_market


@dataclass(frozen=True)
class Market:
    """`environment` is what its parts were told; `folder`: where its data are, if it runs in another process."""

    url: str
    environment: Mapping[str, str]
    folder: Path | None = None

    def phsar(self, *words: str) -> None:
        command = [sys.executable, "-m", "app.cli", *words]
        subprocess.run(command, env={**os.environ, **self.environment}, check=True, stdout=subprocess.DEVNULL)

    @contextmanager
    def workers_held(self) -> Iterator[None]:
        """Meanwhile no job begins: what was asked for waits its turn, for as long as one looks at it."""
        held = list(self._workers())
        for worker in held:
            worker.suspend()
        try:
            yield
        finally:
            for worker in held:
                worker.resume()

    def _workers(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.name() == "phsar worker" and any(map(self._runs_it, process.parents())):
                    yield process

    def _runs_it(self, process: psutil.Process) -> bool:
        return process.pid == os.getpid() if self.folder is None else os.fspath(self.folder) in process.cmdline()


@contextmanager
def pictured_market(folder: Path | None) -> Iterator[Market]:
    """The one that `make run` runs with its data in `folder`, or one of our own."""
    if folder:
        environment = read_environment(folder)
        yield Market(environment["PUBLIC_URL"], environment, folder)
        return
    with own_market("screenshots") as instance:
        yield Market(instance.web_url, instance.environment)
