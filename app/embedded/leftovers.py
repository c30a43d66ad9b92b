"""Processes that outlived whoever started them: find them by what they work on, and end them safely."""

import contextlib
import os
import signal
from collections.abc import Iterable
from pathlib import Path

import psutil


def processes_working_in(folder: Path, name: str) -> list[psutil.Process]:
    """Processes called `name` whose working directory is `folder`, oldest first.

    A pid file may name a process that has nothing to do with it, after a restart of the machine or its container;
    the working directory cannot lie.
    """
    target = os.fspath(folder.resolve())
    found = []
    for process in psutil.process_iter(["name", "create_time"]):
        with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if process.info["name"] == name and process.cwd() == target:
                found.append(process)
    return sorted(found, key=lambda process: process.create_time())


def end(processes: Iterable[psutil.Process], *, signals: Iterable[signal.Signals], patience: float) -> None:
    """Send each signal in turn to those still alive, waiting `patience` seconds after each; SIGKILL is the last."""
    alive = list(processes)
    for number in (*signals, signal.SIGKILL):
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        _, alive = psutil.wait_procs(alive, timeout=patience)
        if not alive:
            return
