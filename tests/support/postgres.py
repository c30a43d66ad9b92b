"""One embedded PostgreSQL for the whole test run, started by the first test that needs it; databases are clones."""

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psutil
import pytest

from app.embedded.leftovers import end
from app.embedded.postgres import REPOSITORY, EmbeddedPostgres
from tests.support.clones import Clones
from tests.support.postgres_host import READY_FILE
from tests.support.template import TEMPLATE

RUN_VARIABLE = "PHSAR_TEST_RUN"  # "<folder of the run>:<its first process>"
PATIENCE = 120


def pytest_configure(config: pytest.Config) -> None:
    """The first process of a run names the run; its workers inherit the name."""
    if hasattr(config, "workerinput"):
        return
    folder = tempfile.mkdtemp(prefix="phsar-tests-")
    os.environ[RUN_VARIABLE] = f"{folder}:{os.getpid()}"
    config.add_cleanup(lambda: _end_run(Path(folder)))


@pytest.fixture(scope="session")
def database_server() -> EmbeddedPostgres:
    """The run's server: `url_of(name)`, `create_database(name, template=…)`, `drop_database(name)`."""
    folder, run_pid = os.environ[RUN_VARIABLE].rsplit(":", 1)
    home = Path(folder) / "postgres"
    with (Path(folder) / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / READY_FILE).exists():
            _start_host(home, run_pid)
        port = json.loads((home / READY_FILE).read_text())["port"]
    return EmbeddedPostgres(home, port=port, durable=False)


@contextmanager
def a_clone(database_server: EmbeddedPostgres, template: str = TEMPLATE) -> Iterator[str]:
    """URL of a migrated database of one's own, gone afterwards."""
    clones = _clones(database_server)
    clone = clones.take(template)
    yield database_server.url_of(clone.name)
    clones.give_back(template, clone)


@cache
def _clones(database_server: EmbeddedPostgres) -> Clones:
    return Clones(database_server)


@pytest.fixture
def cloned_database(database_server: EmbeddedPostgres) -> Iterator[str]:
    """URL of a migrated database of the test's own, for what commits, locks or runs workers. Gone afterwards."""
    with a_clone(database_server) as url:
        yield url


def _start_host(home: Path, run_pid: str) -> None:
    home.mkdir()
    with (home.parent / "host.log").open("wb") as log:  # outside of what the host removes when it fails
        host = subprocess.Popen(
            [sys.executable, "-m", "tests.support.postgres_host", os.fspath(home), run_pid],
            cwd=REPOSITORY, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    (home.parent / "host.pid").write_text(str(host.pid))
    deadline = time.monotonic() + PATIENCE
    while not (home / READY_FILE).exists():
        if host.poll() is not None or time.monotonic() > deadline:
            said = (home.parent / "host.log").read_text()
            raise RuntimeError(f"The database server for the tests did not start: {said}")
        time.sleep(0.05)
    host.returncode = 0  # it outlives us on purpose


def _end_run(folder: Path) -> None:
    pid_file = folder / "host.pid"
    if pid_file.exists() and psutil.pid_exists(pid := int(pid_file.read_text())):
        end([psutil.Process(pid)], signals=[signal.SIGTERM], patience=20)
    shutil.rmtree(folder, ignore_errors=True)
