"""What this machine can give at most: `hello` behind the same server with the same workers as the market."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    process = subprocess.Popen(tethered(command, end_with=signal.SIGTERM), cwd=HERE)
    try:
        wait_until(lambda: page_answers(port, "/"), what="hello")
        yield f"http://{LOOPBACK}:{port}"
    finally:
        process.terminate()
        process.wait(20)
