"""Starts the parts of a market in order, keeps them running, and stops them in reverse order."""

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from app.cli import pid_file
from app.cli.children import Child, Service, Step, Task, Tier
from app.cli.forked import ForkServer
from app.cli.log_lines import Terminal

POLL_SECONDS = 0.05
WATCH_SECONDS = 0.5
FIRST_BACKOFF, LONGEST_BACKOFF = 0.5, 30.0
HEALTHY_AFTER = 60.0  # seconds of running after which a crash counts as the first one again


class StepFailedError(Exception):
    """A step did not succeed; everything started before it has been stopped or is about to be."""


class StoppedError(Exception):
    """Somebody asked to stop while a step was under way."""


class Supervisor:
    """Owns the children of one data folder. Use it from one thread, the main one: the children live as long as it.

    `wait(seconds)` waits that long at most and says whether to stop; Ctrl-C makes it return early.
    """

    def __init__(self, data_dir: Path, terminal: Terminal, *, wait: Callable[[float], bool]) -> None:
        self.terminal = terminal
        self.environment: dict[str, str] = dict(os.environ)
        self.children: dict[str, Child] = {}
        self._wait = wait
        self.fork_server: ForkServer | None = None
        self._pid_file = data_dir / "children.json"
        self._crashes: dict[str, int] = {}
        self._start_again_at: dict[str, float] = {}
        left = pid_file.end_left_over(self._pid_file)
        if left:
            terminal.note(f"{left} processes of a run that was killed were still there and have been stopped")

    def start(self, steps: Sequence[Step], environment: Mapping[str, str]) -> None:
        """Take the steps in order; services of one tier that follow each other start together.

        Raises StepFailedError or StoppedError; call `stop` in any case.
        """
        self.environment.update(environment)
        for step in steps:
            self._loaded_for(step)  # while the servers start
        for _, together in groupby(steps, key=_started_with):
            self._wait_until_ready([self._spawn(step) for step in together])

    def watch(self) -> None:
        """Keep the services running until somebody asks to stop."""
        while not self._wait(WATCH_SECONDS):
            self.restart_what_ended()

    def restart_what_ended(self) -> None:
        """Start again what ended by itself, each time after a longer pause."""
        now = time.monotonic()
        for name, child in list(self.children.items()):
            if child.exit_code is None:
                continue
            if name not in self._start_again_at:
                self._plan_restart(child, now)
            elif now >= self._start_again_at[name]:
                self._spawn_again(child)

    def stop(self) -> None:
        """Stop everything, the tier above first; whoever does not listen is killed with its group."""
        for tier in sorted(Tier, reverse=True):
            group = [child for child in self.children.values() if _tier(child.step) is tier]
            for child in group:
                child.ask_to_stop()
            for child in group:
                self._await_end(child)
                del self.children[child.step.name]
            if tier is Tier.APPLICATION and self.fork_server is not None:
                self.fork_server.end()
                self.fork_server = None
        self._remember()

    def _spawn(self, step: Step) -> Child:
        try:
            child = Child(step, self.environment, self.terminal, server=self._loaded_for(step))
        except OSError as error:
            raise StepFailedError(f"{step.name} could not be started: {error}") from error
        self.children[step.name] = child
        self._remember()
        return child

    def _spawn_again(self, child: Child) -> None:
        name = child.step.name
        try:
            self._spawn(child.step)
        except StepFailedError as trouble:
            self.terminal.failure(str(trouble))
            self._start_again_at[name] = time.monotonic() + LONGEST_BACKOFF
        else:
            del self._start_again_at[name]

    def _loaded_for(self, step: Step) -> ForkServer | None:
        """What has loaded, or is loading, the application that this step runs."""
        if not isinstance(step, Service) or not step.shares_memory or sys.platform != "linux":
            return None
        if self.fork_server is not None and self.fork_server.is_gone:
            self.fork_server.end()
            self.fork_server = None
        if self.fork_server is None:
            self.fork_server = ForkServer({**self.environment, **step.environment})
        return self.fork_server

    def _wait_until_ready(self, children: list[Child]) -> None:
        while children:
            for child in [child for child in children if child.is_ready]:
                children.remove(child)
                self._go_on_after(child)
            for child in children:
                self._require_hope(child)
            if children and self._wait(POLL_SECONDS):
                raise StoppedError

    def _go_on_after(self, child: Child) -> None:
        if isinstance(child.step, Task):
            child.kill_group()
            del self.children[child.step.name]
        else:
            child.step.on_ready()
        self.terminal.done(child.step.done, time.monotonic() - child.started_at)

    def _require_hope(self, child: Child) -> None:
        step = child.step
        if child.exit_code is not None:
            child.kill_group()
            if isinstance(step, Task):
                del self.children[step.name]
                raise StepFailedError(f"{step.name} failed with code {child.exit_code}; what it said is above")
            raise StepFailedError(f"{step.name} ended with code {child.exit_code}; what it said is above")
        patience = step.timeout_seconds if isinstance(step, Task) else step.ready_seconds
        if time.monotonic() - child.started_at > patience:
            raise StepFailedError(f"{step.name} took too long; what it said is above")

    def _plan_restart(self, child: Child, now: float) -> None:
        name = child.step.name
        child.kill_group()
        if now - child.started_at > HEALTHY_AFTER:
            self._crashes[name] = 0
        self._crashes[name] = self._crashes.get(name, 0) + 1
        pause = min(FIRST_BACKOFF * 2 ** (self._crashes[name] - 1), LONGEST_BACKOFF)
        self._start_again_at[name] = now + pause
        self.terminal.failure(f"{name} ended with code {child.exit_code}; starting it again in {pause:g} s")

    def _await_end(self, child: Child) -> None:
        deadline = time.monotonic() + (child.step.stop_seconds if isinstance(child.step, Service) else 2)
        while child.exit_code is None and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        if child.exit_code is None:
            self.terminal.note(f"{child.step.name} did not stop in time and is killed")
        child.kill_group()

    def _remember(self) -> None:
        leaders = [(child.process.pid, child.stop_signal) for child in self.children.values()]
        if self.fork_server is not None:
            leaders.append((self.fork_server.process.pid, signal.SIGTERM))
        pid_file.remember(self._pid_file, leaders)


def _started_with(step: Step) -> str | Tier:
    """Steps that follow each other with the same answer do not wait for one another."""
    return step.name if isinstance(step, Task) else step.tier


def _tier(step: Step) -> Tier:
    return step.tier if isinstance(step, Service) else Tier.APPLICATION
