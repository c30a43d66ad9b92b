"""What the same PostgreSQL gives at most: TPC-B by its own `pgbench`, scale 10, 8 clients, prepared statements."""

import os
import re
import statistics
import subprocess

from app.embedded.ports import LOOPBACK
from app.embedded.postgres import EmbeddedPostgres
from app.embedded.postgres_cluster import SUPERUSER, password, programs

NAME = "pgbench"


def tpc_b(server: EmbeddedPostgres, *, seconds: int, runs: int) -> float:
    """Transactions a second, the median run, in a database of its own that is gone afterwards."""
    server.create_database(NAME)
    try:
        _pgbench(server, "--initialize", "--scale=10", "--quiet")
        command = ("--client=8", "--jobs=2", "--protocol=prepared", f"--time={seconds}")
        return statistics.median(_rate(_pgbench(server, *command)) for _ in range(runs))
    finally:
        server.drop_database(NAME)


def _rate(said: str) -> float:
    found = re.search(r"tps = ([\d.]+)", said)
    if not found:
        raise RuntimeError(f"pgbench did not say how fast it was: {said}")
    return float(found[1])


def _pgbench(server: EmbeddedPostgres, *options: str) -> str:
    environment = {**os.environ, "PGPASSWORD": password(server.home)}
    command = [programs() / "pgbench", f"--host={LOOPBACK}", f"--port={server.port}", f"--username={SUPERUSER}"]
    done = subprocess.run([*command, *options, NAME], env=environment, check=True, capture_output=True, text=True)
    return done.stdout
