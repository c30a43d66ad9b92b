"""Waiting for a server, and for a machine that is idle again."""

import time
from collections.abc import Callable
from pathlib import Path

IDLE_SHARE = 0.8


def wait_until(fact: Callable[[], bool], *, what: str, seconds: float = 60) -> None:
    """Raises RuntimeError when it does not come in time."""
    deadline = time.monotonic() + seconds
    while not fact():
        if time.monotonic() > deadline:
            raise RuntimeError(f"waited {seconds:g} s in vain for {what}")
        time.sleep(0.05)


def settle(seconds: float = 2) -> None:
    """Wait, that long at most, until the machine is idle: servers go on with what an ended run has left behind."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        before, idle_before = _ticks()
        time.sleep(0.25)
        now, idle_now = _ticks()
        if idle_now - idle_before > IDLE_SHARE * (now - before):
            return


def _ticks() -> tuple[int, int]:
    """All ticks of all cores, and the idle ones; nothing where the system does not say."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0, 1
    fields = [int(field) for field in stat.read_text().split("\n", 1)[0].split()[1:]]
    return sum(fields), fields[3] + fields[4]
