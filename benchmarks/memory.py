"""How much memory processes take, shared pages counted once (proportional set size)."""

import re
from collections.abc import Iterable
from pathlib import Path

import psutil

_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def pss_mib(leaders: Iterable[int]) -> tuple[float, int]:
    """MiB of these processes and all their children, and how many they are. Linux only."""
    family = {process.pid for leader in leaders for process in _family(psutil.Process(leader))}
    rollups = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in family]
    return sum(int(found[1]) for found in map(_PSS.search, rollups) if found) / 1024, len(family)


def _family(process: psutil.Process) -> list[psutil.Process]:
    return [process, *process.children(recursive=True)]
