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

    They were told to stop when the supervisor died, and may be saving: they get time before they are killed. Waits for
    the last of them, for whom the ports are taken that the next start wants again.
    """
    named = _named(file)
    leaders = []
    for leader, stop_signal in _alive(named):
        leaders.append(leader)
        with contextlib.suppress(psutil.NoSuchProcess):
            leader.send_signal(stop_signal)
    wait_until_gone(leaders, PATIENCE)
    members = _members(named)  # those, too, that their leader left behind
    for member in members:
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            member.kill()
    wait_until_gone(members, PATIENCE)
    file.unlink(missing_ok=True)
    return len(leaders)


def _named(file: Path) -> list[tuple[int, int, float]]:
    """Number, stop signal and birth of each leader that was written down."""
    try:
        return [(pid, stop_signal, born) for pid, stop_signal, born in json.loads(file.read_text())]
    except (FileNotFoundError, ValueError):
        return []


def _alive(named: Iterable[tuple[int, int, float]]) -> Iterable[tuple[psutil.Process, int]]:
    for pid, stop_signal, born in named:
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if runs(process) and process.create_time() == born:
                yield process, stop_signal


def _members(named: Iterable[tuple[int, int, float]]) -> list[psutil.Process]:
    """Processes of the groups that these leaders made."""
    births = {pid: born for pid, _, born in named}
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            group = os.getpgid(process.pid)
            if group in births and _is_same_group(group, births[group]):
                found.append(process)
    return found


def _is_same_group(leader: int, born: float) -> bool:
    """While a group has members nobody else gets its leader's number; after that a stranger may."""
    try:
        return bool(psutil.Process(leader).create_time() == born)
    except psutil.NoSuchProcess:
        return True
