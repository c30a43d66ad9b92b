"""A child of the supervisor: how it is started, when it is ready, how it is ended."""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from app.cli.forked import REPOSITORY, ForkedProcess, ForkServer
from app.cli.log_lines import Terminal
from app.embedded.tether import tethered


class Tier(IntEnum):
    """What stands on what: a higher tier is stopped, as a whole, before the lower one."""

    SERVER = 1
    APPLICATION = 2


@dataclass(frozen=True)
class Task:
    """A command that must succeed before the next step, such as a migration."""

    name: str
    done: str  # what the progress line says afterwards: "tables up to date"
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    timeout_seconds: float = 600


@dataclass(frozen=True)
class Service:
    """A command that runs as long as the market does and is started again when it ends by itself."""

    name: str
    done: str
    command: tuple[str, ...]
    is_ready: Callable[[], bool] = lambda: True  # asked until it says yes; must not raise
    says: str = ""  # the line it prints when it is ready, where nothing can be asked
    on_ready: Callable[[], None] = lambda: None  # once, after the first start
    environment: Mapping[str, str] = field(default_factory=dict)
    shares_memory: bool = False  # it runs the application: forked from a process that has loaded it, where that works
    tier: Tier = Tier.APPLICATION
    stop_signal: signal.Signals = signal.SIGTERM
    ready_seconds: float = 60
    stop_seconds: float = 6


Step = Task | Service


class Child:
    """The running process of a step, the leader of a process group of its own."""

    def __init__(
        self, step: Step, environment: Mapping[str, str], terminal: Terminal, *, server: ForkServer | None = None
    ) -> None:
        """Forked from `server` if there is one. Raises OSError when that has ended."""
        self.step = step
        self.stop_signal = step.stop_signal if isinstance(step, Service) else signal.SIGTERM
        self.started_at = time.monotonic()
        self.has_said = threading.Event()  # that it is ready, in the words of its step
        self.process: subprocess.Popen[bytes] | ForkedProcess
        own = {**environment, **step.environment, "PYTHONUNBUFFERED": "1"}
        if server is not None:
            self.process = server.fork(step.name, step.command, own)
        else:
            self.process = subprocess.Popen(
                tethered(step.command, end_with=self.stop_signal),
                cwd=REPOSITORY,
                env=own,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the supervisor, which stops things in order
            )
        assert self.process.stdout is not None
        self._reader = threading.Thread(target=self._copy_output, args=(terminal,), daemon=True)
        self._reader.start()

    @property
    def exit_code(self) -> int | None:
        """None while it runs; minus the signal's number when one ended it."""
        return self.process.poll()

    @property
    def is_ready(self) -> bool:
        """Whether what comes after it can start."""
        if isinstance(self.step, Task):
            return self.exit_code == 0
        return self.step.is_ready() and (not self.step.says or self.has_said.is_set())

    def ask_to_stop(self) -> None:
        """Send the polite signal to the leader, which knows how to end its own children."""
        if self.exit_code is None:
            self.process.send_signal(self.stop_signal)

    def kill_group(self) -> None:
        """End the whole group, those included that the leader left behind."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(timeout=1)

    def _copy_output(self, terminal: Terminal) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            terminal.copy_lines(self.step.name, self._heard(lines))

    def _heard(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        words = self.step.says.encode() if isinstance(self.step, Service) else b""
        for line in lines:
            if words and line.strip() == words:
                self.has_said.set()
            yield line
