"""The supervisor's side of the fork server: processes that look like those of `subprocess`."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

import psutil

from app.cli.fork_server import MESSAGE_BYTES
from app.embedded.leftovers import runs
from app.embedded.tether import tethered

REPOSITORY = Path(__file__).parents[2]
LOAD_SECONDS = 60
SPARING = {"MALLOC_ARENA_MAX": "1", "MALLOC_TRIM_THRESHOLD_": "131072", "PYTHONNODEBUGRANGES": "1"}
"""glibc gives each thread a heap of its own, and each keeps what it once needed; ours take turns anyway, and what is free is
given back. Python keeps for each line of a traceback which part of it to underline, 1 MiB in all; nobody reads these marks."""
ENDED_WITH_ITS_SERVER = -int(signal.SIGTERM)
LOOK_SECONDS = 0.02


class ForkServer:
    """Started at once, loads while others start; asked from one thread."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._codes: dict[int, int] = {}
        with theirs:
            self.process = subprocess.Popen(
                tethered((sys.executable, "-m", "app.cli.fork_server", str(theirs.fileno()))),
                cwd=REPOSITORY,
                env={**environment, **SPARING, "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    @property
    def is_gone(self) -> bool:
        return self.process.poll() is not None

    def fork(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> "ForkedProcess":
        """Run `command`, which is `python -m module arguments`. Raises OSError when the server has ended."""
        _, _, module, *arguments = command
        wanted = {"name": name, "module": module, "arguments": arguments, "environment": dict(environment)}
        reading, writing = os.pipe()
        try:
            socket.send_fds(self._channel, [json.dumps(wanted).encode()], [writing])
            pid = self._await_pid()
        except OSError:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        return ForkedProcess(self, pid, os.fdopen(reading, "rb"))

    def code_of(self, pid: int) -> int | None:
        """How the process ended; None while it runs."""
        while pid not in self._codes:
            self._channel.settimeout(0)
            try:
                answer = self._read()
            except BlockingIOError:
                return None
            except OSError:  # what is left of its processes was told to end when it did
                return None if _is_alive(pid) else ENDED_WITH_ITS_SERVER
            self._note(answer)
        return self._codes[pid]

    def end(self) -> None:
        """With whatever it forked that still runs."""
        self._channel.close()
        self.process.terminate()
        self.process.wait()

    def _await_pid(self) -> int:
        self._channel.settimeout(LOAD_SECONDS)
        while True:
            answer = self._read()
            if "pid" in answer:
                return int(answer["pid"])
            self._note(answer)

    def _read(self) -> dict[str, Any]:
        message = self._channel.recv(MESSAGE_BYTES)
        if not message:
            raise ConnectionResetError("the fork server has ended")
        answer: dict[str, Any] = json.loads(message)
        return answer

    def _note(self, answer: Mapping[str, Any]) -> None:
        self._codes[answer["ended"]] = answer["code"]


class ForkedProcess:
    """As much of `subprocess.Popen` as the supervisor uses."""

    def __init__(self, server: ForkServer, pid: int, stdout: IO[bytes]) -> None:
        self.pid, self.stdout = pid, stdout
        self._server = server

    def poll(self) -> int | None:
        return self._server.code_of(self.pid)

    def wait(self) -> int:
        while (code := self.poll()) is None:
            time.sleep(LOOK_SECONDS)
        return code

    def send_signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


def _is_alive(pid: int) -> bool:
    try:
        return runs(psutil.Process(pid))
    except psutil.NoSuchProcess:
        return False
