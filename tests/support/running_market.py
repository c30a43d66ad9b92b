"""`make run` in a process of its own, as a person starts it."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psutil

from app.cli.children import REPOSITORY
from app.cli.instance_secrets import read_environment
from app.embedded.leftovers import wait_until_gone
from tests.support.waiting import wait_for

START_SECONDS = 240  # the tests of many workers share the machine


class RunningMarket:
    """Ready when made; `lines` is what the terminal has shown so far."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder = folder
        command = [sys.executable, "-m", "app.cli.run", "--data-dir", os.fspath(folder), *options]
        self.process = subprocess.Popen(
            command, cwd=REPOSITORY, env=outer_environment(), stdout=subprocess.PIPE, text=True
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.family = [psutil.Process(self.process.pid)]
        try:
            wait_for(lambda: self._is_over or self.url, seconds=START_SECONDS, what="the market")
            assert self.url, "\n".join(self.lines)
        except AssertionError:
            self.stop()
            raise
        self.family = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]

    @property
    def url(self) -> str:
        """Empty until the terminal says that the market is ready."""
        said = [line for line in self.lines if line.startswith("Phsar is ready: ")]
        return said[0].split()[3] if said else ""

    @property
    def environment(self) -> dict[str, str]:
        return read_environment(self.folder)

    def progress(self) -> list[str]:
        """The steps that were announced as done, without their times."""
        return [line[2:].split(" (")[0] for line in self.lines if line.startswith("✓ ")]

    def members(self, name: str) -> list[psutil.Process]:
        """Processes of this market whose own name or command line has `name`."""
        return [process for process in self.family if name in " ".join([process.name(), *process.cmdline()])]

    def phsar(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The command line beside the running market."""
        return _phsar(words, {**os.environ, **self.environment})

    @staticmethod
    def phsar_alone(*words: str) -> subprocess.CompletedProcess[str]:
        """The command line on a machine that has no market."""
        return _phsar(words, outer_environment())

    def stop(self, how: signal.Signals = signal.SIGINT) -> int:
        """End the supervisor only; its exit code."""
        self.process.send_signal(how)
        code = self.process.wait(60)
        self._reader.join(10)
        return code

    def cut_the_power(self) -> None:
        """Every process at once, without a chance to save; those that are gone already do not mind.

        The family is looked at again: a server may have replaced a process of its own since the start.
        """
        if not self._is_over:
            self.family = list({*self.family, *psutil.Process(self.process.pid).children(recursive=True)})
        for act in (psutil.Process.suspend, psutil.Process.kill):
            for process in self.family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    act(process)
        assert not wait_until_gone(self.family, 20)
        self.process.wait(60)
        self._reader.join(10)

    @property
    def _is_over(self) -> bool:
        return self.process.poll() is not None

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self.lines.append(line.rstrip())


def outer_environment() -> dict[str, str]:
    """Nothing in it points at a market."""
    return {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}


def _phsar(words: tuple[str, ...], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app.cli", *words]
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)
