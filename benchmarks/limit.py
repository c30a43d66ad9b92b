"""What this machine can give at most: `hello` behind the same server with the same workers as the market."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.cli.children import REPOSITORY
from app.cli.probes import page_answers
from app.embedded.ports import LOOPBACK, any_free_port
from app.embedded.tether import tethered
from benchmarks.waiting import wait_until

HERE = Path(__file__).parent  # started here, so that the market's gunicorn.conf.py is not read


@contextmanager
def hello() -> Iterator[str]:
    """The address of `hello`, until the end of the block."""
    port = any_free_port()
    # fmt: off
    command = [
        sys.executable, "-m", "gunicorn", "hello:app", "--bind", f"{LOOPBACK}:{port}", "--workers", "2",
        "--worker-class", "gthread", "--threads", "8", "--log-level", "warning", "--no-control-socket",
    ]
    # fmt: on
    with _served(command, port, HERE, os.environ, what="hello", page="/"):
        yield f"http://{LOOPBACK}:{port}"


@contextmanager
def keeping_nothing(environment: Mapping[str, str]) -> Iterator[str]:
    """The address of a second web server of the market with this environment, which looks every list up anew."""
    port = any_free_port()
    # fmt: off
    command = [
        sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"{LOOPBACK}:{port}", "--log-level", "warning",
    ]
    # fmt: on
    told = {**os.environ, **environment, "LIST_SECONDS": "0"}
    with _served(command, port, REPOSITORY, told, what="the market's second server", page="/healthz"):
        yield f"http://{LOOPBACK}:{port}"


@contextmanager
def _served(
    command: list[str], port: int, folder: Path, environment: Mapping[str, str], *, what: str, page: str
) -> Iterator[None]:
    process = subprocess.Popen(
        tethered(command, end_with=signal.SIGTERM), cwd=folder, env=environment, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: page_answers(port, page), what=what)
        yield
    finally:
        process.terminate()
        process.wait(20)
