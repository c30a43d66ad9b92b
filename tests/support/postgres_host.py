"""`python -m tests.support.postgres_host HOME PID`: the database server of one test run, until process PID ends.

A process of its own, because the workers of a parallel run share it and none of them may take it along when it goes.
"""

import json
import shutil
import sys
from pathlib import Path

import psutil

from app.embedded.leftovers import runs
from app.embedded.postgres import EmbeddedPostgres
from app.embedded.stop_signal import StopSignal
from tests.support.template import TEMPLATE, fill_template

READY_FILE = "ready.json"


def main() -> None:
    home, run_pid = Path(sys.argv[1]), int(sys.argv[2])
    run = psutil.Process(run_pid)
    stop = StopSignal()
    try:
        with EmbeddedPostgres(home, durable=False) as server:
            server.create_database(TEMPLATE)
            fill_template(server.url_of(TEMPLATE))
            draft = home / "ready.new"
            draft.write_text(json.dumps({"port": server.port}))
            draft.rename(home / READY_FILE)
            while not stop.wait(0.5) and runs(run):
                pass
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    main()
