"""A whole market of real processes on free ports, each of which can be told where to die, and is started again."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, LiteralString

import psutil
import psycopg

from app.cli.children import REPOSITORY, Child, Service, Step
from app.cli.instance import Instance
from app.cli.log_lines import Terminal
from app.cli.steps import market_steps
from app.embedded.inner_address import inner_rpc
from app.embedded.node_rpc import NodeRpc
from app.identity.passwords import hash_password
from tests.faults.arms import Arms
from tests.faults.rpc_proxy import RpcProxy
from tests.support.waiting import wait_for

GOODS = 50
PASSWORD = "market day 2026"
READY_SECONDS = 60
MORTAL = ("web", "worker", "settle", "stripe", "chain")
"""The parts that can be told where to die."""


@dataclass
class Death:
    """A process that died, and how long the market was without it."""

    role: str
    point: str
    seconds_away: float


@dataclass(frozen=True)
class _Absence:
    """What a part died of, when, and the process that was it."""

    point: str
    since: float
    was: str


class Market:
    """`with Market.opened() as market:` — running, with goods, two of whose sellers can sign in."""

    def __init__(self, folder: Path, log: Terminal, environment: Mapping[str, Mapping[str, str]]) -> None:
        self.folder = folder
        self.arms = Arms(folder / "arms")
        outer = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
        outer["TRUSTED_PROXIES"] = "1"  # guests come from addresses of their own, as they say in a header
        self._environment = environment
        self._away: dict[str, _Absence] = {}
        self._back: list[Death] = []
        self._told_now: dict[str, Mapping[str, str]] = {}
        self._lives: dict[str, str] = {}
        self.instance = Instance(folder / "var", steps=self._steps, terminal=log, outer=outer)

    @classmethod
    @contextlib.contextmanager
    def opened(
        cls, environment: Mapping[str, Mapping[str, str]], proxy: RpcProxy, log_file: str | None = None
    ) -> Iterator["Market"]:
        """`environment` is what single parts are told instead; `proxy` is led to the node."""
        folder = Path(tempfile.mkdtemp(prefix="phsar-faults-"))
        folder.chmod(0o755)  # PostgreSQL may run as somebody else
        log_path = Path(log_file) if log_file else folder / "market.log"
        try:
            with log_path.open("w") as log:
                market = cls(folder, Terminal(log), environment)
                proxy.node_port = market.instance.ports.chain
                with market.instance:
                    market._fill()
                    yield market
        except BaseException:
            sys.stderr.write(log_path.read_text()[-6000:])
            raise
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @property
    def url(self) -> str:
        return self.instance.web_url

    def look_after(self) -> None:
        """Start again what has ended, and note what is back. To be called from the main thread."""
        for role in MORTAL:
            if point := self.arms.take_death(role):
                self._away[role] = _Absence(point, time.monotonic(), self._lives[role])
        for role, child in list(self.instance.supervisor.children.items()):
            if child.exit_code is not None:
                ended = _Absence(f"ended by itself, code {child.exit_code}", time.monotonic(), self._life(role))
                self._away.setdefault(role, ended)
                child.kill_group()
                assert isinstance(child.step, Service)
                told = {**self._environment.get(role, {}), **self._told_now.get(role, {})}
                self.instance.supervisor._spawn(replace(child.step, environment=told))
        self._back += self._those_back()

    def take_back(self) -> list[Death]:
        """Who died and came back since the last call."""
        back, self._back = self._back, []
        return back

    def _those_back(self) -> Iterator[Death]:
        for role, absence in list(self._away.items()):
            child = self.part(role)
            if self._life(role) != absence.was and child.exit_code is None and child.is_ready:
                del self._away[role]
                yield Death(role, absence.point, time.monotonic() - absence.since)

    def arm(self, role: str, point: str, skip: int = 0) -> None:
        """Let a process of this part die at the point, when it was passed `skip` times."""
        self._lives[role] = self._life(role)
        self.arms.set(role, point, skip)

    def is_there(self, role: str) -> bool:
        """The part runs, and has said so since it last died."""
        return role not in self._away

    def part(self, role: str) -> Child:
        return self.instance.supervisor.children[role]

    def kill(self, role: str, program: str = "") -> None:
        """SIGKILL from outside: the part with all below it, or only the program there whose command has `program`."""
        leader = psutil.Process(self.part(role).process.pid)
        below = leader.children(recursive=True)
        wanted = [one for one in below if program in " ".join(one.cmdline()[:1])] if program else [leader, *below]
        self._away[role] = _Absence(f"kill -9 of {program or 'all of it'}", time.monotonic(), self._life(role))
        for process in wanted:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def start_anew(self, role: str, environment: Mapping[str, str]) -> None:
        """Killed, the part comes back with these variables on top of its own, until it is started anew with others."""
        self._told_now[role] = environment
        self.kill(role)

    @contextlib.contextmanager
    def files_held_to(self, role: str, most: int) -> Iterator[None]:
        """No file that the part writes can be longer than so many bytes, until the end of the block."""

        def hold(soft: int) -> None:
            leader = psutil.Process(self.part(role).process.pid)
            for process in (leader, *leader.children(recursive=True)):
                with contextlib.suppress(psutil.NoSuchProcess):
                    process.rlimit(psutil.RLIMIT_FSIZE, (soft, process.rlimit(psutil.RLIMIT_FSIZE)[1]))

        before, _ = psutil.Process(self.part(role).process.pid).rlimit(psutil.RLIMIT_FSIZE)
        hold(most)
        try:
            yield
        finally:
            hold(before)

    def _life(self, role: str) -> str:
        """Changes whenever the part was started anew, as a whole or as a fork of what it had loaded."""
        leader = self.part(role).process.pid
        if role == "web":  # a worker dies there, and its master makes another
            with contextlib.suppress(psutil.NoSuchProcess):
                return f"{leader} {sorted(one.pid for one in psutil.Process(leader).children())}"
            return f"{leader} is gone"
        lives = self.arms.folder / f"{role}.lives"
        return f"{leader} {lives.read_text() if lives.exists() else ''}"

    def ask(self, query: LiteralString, **values: Any) -> list[tuple[Any, ...]]:
        """What the database says. Raises psycopg.OperationalError while it is down."""
        with psycopg.connect(self.database, connect_timeout=5) as connection:
            return connection.execute(query, values).fetchall()

    def number(self, query: LiteralString, **values: Any) -> int:
        return int(self.ask(query, **values)[0][0])

    @property
    def database(self) -> str:
        return self.instance.environment["DATABASE_URL"].replace("+psycopg", "")

    def node(self) -> NodeRpc:
        """The node itself, behind all that stands between it and the market."""
        return inner_rpc(self.instance.data_dir / "chain")

    def phsar(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app.cli", *words],
            cwd=REPOSITORY,
            env={**os.environ, **self.instance.environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def wait_until(self, fact: Callable[[], object], what: str, seconds: float = READY_SECONDS) -> None:
        """As `wait_for`, looking after the parts meanwhile."""

        def looked() -> object:
            self.look_after()
            with contextlib.suppress(psycopg.OperationalError):
                return fact()
            return None

        wait_for(looked, seconds=seconds, what=what)

    def _fill(self) -> None:
        environment = os.environ | self.instance.environment
        command = [sys.executable, "-m", "benchmarks.load", "--size", str(GOODS)]
        subprocess.run(command, cwd=REPOSITORY, env=environment, check=True, stdout=subprocess.DEVNULL)
        with psycopg.connect(self.database) as connection:
            connection.execute("UPDATE users SET password = %s", [hash_password(PASSWORD)])

    def _steps(self, instance: Instance, wrapped: tuple[str, ...] = MORTAL) -> list[Step]:
        steps = market_steps(instance, demo=False)
        return [self._armed(step) if step.name in wrapped else step for step in steps]

    def _armed(self, step: Step) -> Step:
        """The same command, run by a program that knows where to die."""
        assert isinstance(step, Service)
        python, minus_m, *rest = step.command
        command = (python, minus_m, "tests.faults.armed", step.name, os.fspath(self.arms.folder), *rest)
        environment = self._environment.get(step.name, {})
        return replace(step, command=command, environment=environment, shares_memory=False)
