"""Processes that outlived whoever started them: find them by what they work on, and end them safely."""

import contextlib
import os
import signal
import time
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


def runs(process: psutil.Process) -> bool:
    """Whether it still does something. A zombie only waits for a parent to notice, in some containers forever."""
    try:
        return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until_gone(processes: Iterable[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait for the processes to end; gives those that did not in that time."""
    deadline = time.monotonic() + seconds
    alive = list(processes)
    while (alive := [process for process in alive if runs(process)]) and time.monotonic() < deadline:
        time.sleep(0.02)
    return alive


def end(processes: Iterable[psutil.Process], *, signals: Iterable[signal.Signals], patience: float) -> None:
    """Send each signal in turn to those still alive, waiting `patience` seconds after each; SIGKILL is the last."""
    alive = list(processes)
    for number in (*signals, signal.SIGKILL):
        for process in alive:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.send_signal(number)
        alive = wait_until_gone(alive, patience)
        if not alive:
            return
