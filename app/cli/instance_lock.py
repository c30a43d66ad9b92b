"""One running market per data folder."""

import contextlib
import fcntl
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path


class AlreadyRunningError(Exception):
    """Another process runs the market of this folder; the message says where it listens."""


@contextlib.contextmanager
def only_instance_in(data_dir: Path) -> Iterator[Callable[[str], None]]:
    """Hold the folder's lock, which the system takes back however this process ends.

    Gives a function that tells those who come later at which URL the market listens.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(_who_holds(data_dir)) from None

        def announce(url: str) -> None:
            lock.truncate(0)
            lock.write(json.dumps({"pid": os.getpid(), "url": url}))
            lock.flush()

        lock.truncate(0)
        yield announce


def _who_holds(data_dir: Path) -> str:
    try:
        holder = json.loads((data_dir / "lock").read_text())
        where = f"at {holder['url']} (process {holder['pid']})"
    except (ValueError, KeyError):
        where = "already"
    return (
        f"Phsar runs with this data {where}. Stop it there with Ctrl-C first, "
        "or start another one beside it: python -m app.cli.run --data-dir FOLDER"
    )
