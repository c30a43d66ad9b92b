"""What a shop beside the market must tell, and how it is installed, filled and run."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.embedded.ports import LOOPBACK, any_free_port
from app.embedded.postgres import EmbeddedPostgres
from app.embedded.tether import tethered
from benchmarks.catalogue import SMALL
from benchmarks.pages import Page, require_right
from benchmarks.waiting import wait_until

HERE = Path(__file__).parent
START_SECONDS = 120
FILLED = "filled"


@dataclass
class Peer:
    """A shop in a folder of its own with a database of its own.

    `files` is the folder of its set-up beside this module; `install` and `fill` are commands (the catalogue is the
    standard input of `fill`'s last one), `serve` the processes that run, `pages` what is asked of it once it is filled.
    """

    name: str
    files: str
    install: Sequence[Sequence[str]]
    fill: Sequence[Sequence[str]]
    serve: Sequence[Sequence[str]]
    settings: Mapping[str, str]
    pages: Callable[[Path], Sequence[Page]]
    folder: Path = field(default=Path())
    port: int = 0

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"


class Running:
    """A peer that answers, and the numbers of its processes."""

    def __init__(self, peer: Peer, leaders: Sequence[int], pages: Sequence[Page]) -> None:
        self.peer, self.leaders, self.pages = peer, leaders, pages

    def page(self, name: str) -> Page:
        return next(page for page in self.pages if page.name == f"{self.peer.name}: {name}")


@contextmanager
def running(peer: Peer, home: Path, server: EmbeddedPostgres) -> Iterator[Running]:
    """Start it on a fresh copy of its goods and check that each measured page is right. Ends its processes.

    What was installed and filled below `home` once is used again.
    """
    peer.folder, peer.port = home / peer.files, any_free_port()
    filled = f"{peer.files}_filled"
    if not (peer.folder / FILLED).exists():
        _set_up(peer, server, filled)
    server.drop_database(peer.files)
    server.create_database(peer.files, template=filled)
    log = peer.folder / "peer.log"
    environment = _environment(peer, server, peer.files)
    with log.open("wb") as file, ExitStack() as started:
        try:
            leaders = [started.enter_context(_process(peer, command, environment, file)) for command in peer.serve]
            pages = peer.pages(peer.folder)
            wait_until(lambda: _is_right(peer, pages[0]), what=f"{peer.name}, see {log}", seconds=START_SECONDS)
            for page in pages:
                require_right(peer.address, page)
        except BaseException:
            sys.stderr.write(log.read_text(errors="replace")[-3000:])
            raise
        yield Running(peer, leaders, pages)


def _set_up(peer: Peer, server: EmbeddedPostgres, database: str) -> None:
    """Half an hour's work for all of them, most of it their own way of taking in goods."""
    shutil.rmtree(peer.folder, ignore_errors=True)
    shutil.copytree(HERE / peer.files, peer.folder)
    server.drop_database(database)
    server.create_database(database)
    environment, log = _environment(peer, server, database), peer.folder / "set-up.log"
    with log.open("wb") as file:
        try:
            for command in peer.install:
                _do(peer, command, environment, file)
            for command in peer.fill:
                _do(peer, command, environment, file, told=_catalogue())
        except subprocess.CalledProcessError:
            sys.stderr.write(log.read_text(errors="replace")[-3000:])
            raise
    (peer.folder / FILLED).touch()


def _environment(peer: Peer, server: EmbeddedPostgres, database: str) -> dict[str, str]:
    url = server.url_of(database).replace("postgresql+psycopg", "postgresql")
    return {**os.environ, "DATABASE_URL": url, "PORT": str(peer.port), **peer.settings}


def _catalogue() -> bytes:
    command = [sys.executable, "-m", "benchmarks.catalogue", "--size", str(SMALL)]
    return subprocess.run(command, check=True, capture_output=True, cwd=HERE.parents[1]).stdout


def _do(peer: Peer, command: Sequence[str], environment: Mapping[str, str], log: object, told: bytes = b"") -> None:
    words = [word.format(python=sys.executable, port=peer.port) for word in command]
    subprocess.run(words, cwd=peer.folder, env=environment, input=told, stdout=log, stderr=log, check=True)  # type: ignore[call-overload]


@contextmanager
def _process(peer: Peer, command: Sequence[str], environment: Mapping[str, str], log: object) -> Iterator[int]:
    words = [word.format(python=sys.executable, port=peer.port) for word in command]
    process = subprocess.Popen(
        tethered(words), cwd=peer.folder, env=environment, stdout=log, stderr=log, start_new_session=True
    )  # type: ignore[call-overload]
    try:
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _is_right(peer: Peer, page: Page) -> bool:
    try:
        require_right(peer.address, page, first_only=True)
    except (OSError, RuntimeError):
        return False
    return True
