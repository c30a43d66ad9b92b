"""Loads the application once and forks from it whatever runs it, so that pages, jobs and settlement share that memory.

A program of its own, `python -m app.cli.fork_server FD`, because only a process without threads forks safely and the
supervisor has some. FD is a socket: a message `{"name", "module", "arguments", "environment"}` comes with the file that the
new process writes to; the answer is `{"pid"}`, and `{"ended", "code"}` follows when that process ends. When the other
side is gone, the server ends and all it forked are told to. Linux only: elsewhere libraries do not survive a fork.
"""

import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from sqlalchemy.orm import configure_mappers

from app.config.settings import SettingsError
from app.embedded.tether import tie_to_parent

LOADED = (
    "app.cli.market_commands", "app.settlement.commands", "app.wiring",
    "coincurve", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread", "web3",
)  # fmt: skip
"""What `gunicorn`, `phsar worker` and `phsar settle` import, sooner or later. None of it starts a thread or opens a connection."""
LEFT_OUT = ("cffi", "rich")
"""What libraries load only because it is there, for what nobody asks of them: pycryptodome to read declarations of C that
ctypes serves as well (1 MiB), structlog for tracebacks in colours (5 MiB)."""
MESSAGE_BYTES = 1 << 17
NAME_BYTES = 15  # of a process, as the kernel keeps it


@dataclass(frozen=True)
class Program:
    """What a new process is to run, as `python -m module arguments`."""

    module: str
    arguments: list[str]


def main() -> None:
    channel = socket.socket(fileno=int(sys.argv[1]))
    sys.modules.update(dict.fromkeys(LEFT_OUT))  # type: ignore[arg-type]  # whoever imports them is told they are not there
    for module in LOADED:
        import_module(module)
    configure_mappers()  # else each process does so at its first statement, for itself
    with suppress(SettingsError):  # whoever is forked says what is wrong with them
        import_module("app.wiring").application()
    program = _serve(channel)
    if program is not None:
        sys.argv = [program.module, *program.arguments]
        runpy.run_module(program.module, run_name="__main__", alter_sys=True)


@cache
def _make_ready() -> None:
    """When the first asks to be forked: what it needs is there by then, such as the database with its tables."""
    with suppress(SettingsError):
        import_module("app.cli.warm_up").warm_up(import_module("app.wiring").application())
    gc.collect()
    gc.freeze()  # the collector leaves alone what is shared: looking at an object writes to its page
    gc.collect()  # what is left now is little; else a process would look only after a quarter of all that is shared


def _serve(channel: socket.socket) -> Program | None:
    """In each process that was forked: what it is to run. In the server: None, when nobody asks any more."""
    server = os.getpid()
    woken, wake = os.pipe()
    os.set_blocking(wake, False)  # a full pipe wakes just as well
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    while True:
        ready, _, _ = select.select([channel.fileno(), woken], [], [])
        if woken in ready:
            os.read(woken, 512)
            _report_ended(channel)
        if channel.fileno() not in ready:
            continue
        message, files, _, _ = socket.recv_fds(channel, MESSAGE_BYTES, 1)
        if not message:
            return None
        _make_ready()
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for inherited in (channel.detach(), woken, wake):
                os.close(inherited)
            return _become(json.loads(message), files[0], server)
        os.close(files[0])
        _lead_a_group(pid)
        channel.send(json.dumps({"pid": pid}).encode())


def _become(wanted: dict[str, object], output: int, server: int) -> Program:
    _lead_a_group(0)
    tie_to_parent(server, signal.SIGTERM)
    for standard in (sys.stdout.fileno(), sys.stderr.fileno()):
        os.dup2(output, standard)
    os.close(output)
    os.environ.clear()
    os.environ.update(wanted["environment"])  # type: ignore[call-overload]
    program = Program(str(wanted["module"]), list(wanted["arguments"]))  # type: ignore[call-overload]
    _call_it(f"phsar {wanted['name']}")
    return program


def _lead_a_group(pid: int) -> None:
    """Said by both sides, so that the group is there whoever is first."""
    try:
        os.setpgid(pid, pid)
    except (PermissionError, ProcessLookupError):  # it is there, or has ended
        return


def _call_it(name: str) -> None:
    """For `top` and `ps -e`; the command line goes on naming the server."""
    Path("/proc/self/comm").write_bytes(name.encode()[:NAME_BYTES])


def _report_ended(channel: socket.socket) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        channel.send(json.dumps({"ended": pid, "code": os.waitstatus_to_exitcode(status)}).encode())


if __name__ == "__main__":
    main()
