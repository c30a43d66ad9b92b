"""The Stripe test server as a process that is there at once: forked from one that has loaded all it needs.

Loads nothing but the server, so that this is all that is ever loaded in the processes it is forked into.
"""

import multiprocessing
import os
import sys
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

from app.embedded.stripe_server.__main__ import main

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


def start(arguments: list[str], secrets: dict[str, str], log: Path) -> tuple[BaseProcess, str]:
    """(the process, where it listens), as `python -m app.embedded.stripe_server` with these arguments; nowhere: it ended."""
    here, there = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_serve, args=(arguments, secrets, log, there), daemon=True)
    process.start()
    there.close()
    with here, open(here.fileno(), closefd=False) as said:
        return process, said.readline().removeprefix("listening on ").strip()


def _serve(arguments: list[str], secrets: dict[str, str], log: Path, there: Connection) -> None:
    with log.open("ab") as errors:
        os.dup2(errors.fileno(), 2)
    os.dup2(there.fileno(), 1)
    there.close()
    os.environ.update(secrets)
    sys.argv[1:] = arguments
    sys.exit(main())
