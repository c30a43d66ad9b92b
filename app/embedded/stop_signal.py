"""Waiting for work and for Ctrl-C at the same time.

An Event set from a signal handler can deadlock with the thread that waits on it; a byte in a socket cannot.
"""

import contextlib
import select
import signal
import socket


class StopSignal:
    """Counts SIGTERM and SIGINT from now on, and wakes whoever waits. One per process, made in the main thread."""

    def __init__(self) -> None:
        self.count = 0
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        signal.set_wakeup_fd(self._writer.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._note)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # a child that ends wakes us too

    def wait(self, seconds: float) -> bool:
        """Wait until a signal comes, at most so long; whether we have been asked to stop."""
        if not self.count:
            select.select([self._reader], [], [], seconds)
            with contextlib.suppress(BlockingIOError):
                self._reader.recv(4096)
        return self.count > 0

    def _note(self, *_: object) -> None:
        self.count += 1
