"""Which children run, on disk, so that the next start can end those that a killed supervisor left behind."""

import contextlib
import json
import os
import signal
from collections.abc import Iterable
from pathlib import Path

import psutil

from app.embedded.leftovers import runs, wait_until_gone

PATIENCE = 6


def remember(file: Path, leaders: Iterable[tuple[int, signal.Signals]]) -> None:
    """Write down the leaders of the running process groups: number, stop signal and, as numbers come back, birth."""
    rows = []
    for pid, stop_signal in leaders:
        with contextlib.suppress(psutil.NoSuchProcess):
            rows.append([pid, int(stop_signal), psutil.Process(pid).create_time()])
    draft = file.with_suffix(".new")
    draft.write_text(json.dumps(rows))
    draft.rename(file)


def end_left_over(file: Path) -> int:
    """End the groups named in the file that still run; how many leaders were found alive.

    They were told to stop when the supervisor died, and may be saving: they get time before they are killed.
    """
    leaders = []
    for leader, stop_signal in _alive(file):
        leaders.append(leader)
        with contextlib.suppress(psutil.NoSuchProcess):
            leader.send_signal(stop_signal)
    wait_until_gone(leaders, PATIENCE)
    for leader in leaders:  # those of their group, too, that they left behind
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(leader.pid, signal.SIGKILL)
    wait_until_gone(leaders, PATIENCE)
    file.unlink(missing_ok=True)
    return len(leaders)


def _alive(file: Path) -> Iterable[tuple[psutil.Process, int]]:
    try:
        rows = json.loads(file.read_text())
    except (FileNotFoundError, ValueError):
        return
    for pid, stop_signal, born in rows:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if runs(process) and process.create_time() == born:
                yield process, stop_signal
