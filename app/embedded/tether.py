"""A child that ends with its parent, even when the parent is killed with -9.

Runs as a program of its own, before the real one and in the same process, because the wish must be made after the
fork and Python code between fork and exec is unsafe in a program with threads.
Linux only; elsewhere the pid files of the supervisor find what was left over at the next start.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1


def tethered(command: Sequence[str], *, end_with: signal.Signals = signal.SIGTERM) -> list[str]:
    """The command line that runs `command` so that it gets the signal `end_with` when the calling process dies.

    The kernel watches the *thread* that starts the child: start it from one that lives as long as the child should.
    """
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(end_with)), *command]


def tie_to_parent(parent_pid: int, end_with: signal.Signals) -> None:
    """Ask the kernel for `end_with` when the parent dies. A change of user forgets the wish: ask again after it."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(end_with), 0, 0, 0)
    if os.getppid() != parent_pid:  # it died before the wish was made
        os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    parent_pid, end_with, *command = sys.argv[1:]
    tie_to_parent(int(parent_pid), signal.Signals(int(end_with)))
    os.execvp(command[0], command)  # noqa: S606 - the supervisor names the program


if __name__ == "__main__":
    main()
