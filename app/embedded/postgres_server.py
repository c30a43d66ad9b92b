"""`python -m app.embedded.postgres_server --home D --port N`: prepare the data directory and become PostgreSQL.

The process turns into `postgres` itself, so whoever started it holds the real server: its signals, its exit code, its
log. SIGINT is the fast shutdown.
"""

import argparse
import os
import signal
import sys
from pathlib import Path

from app.embedded.errors import EmbeddedServerError
from app.embedded.postgres_cluster import end_leftovers, make_cluster, server_command
from app.embedded.system_account import let_pass, server_account
from app.embedded.tether import tie_to_parent


def main() -> None:
    parser = argparse.ArgumentParser(description="Run the embedded PostgreSQL in the foreground.")
    parser.add_argument("--home", type=Path, required=True, help="folder that holds data directory and password")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--throwaway", action="store_true", help="faster, but a power cut loses the data")
    options = parser.parse_args()
    try:
        become_postgres(options.home.resolve(), options.port, durable=not options.throwaway)
    except EmbeddedServerError as error:
        sys.exit(str(error))


def become_postgres(home: Path, port: int, *, durable: bool) -> None:
    """Never returns: this process is PostgreSQL afterwards."""
    data = home / "data"
    account = server_account(data)
    if (data / "PG_VERSION").exists():
        end_leftovers(data)
    else:
        make_cluster(home, data, account, durable=durable)
    command = server_command(data, port, durable=durable)
    parent = os.getppid()
    if account:
        let_pass(data)
        let_pass(Path(command[0]))
    os.chdir(data)
    if account:
        account.become()
    tie_to_parent(parent, signal.SIGINT)
    os.execv(command[0], command)  # noqa: S606 - our own PostgreSQL


if __name__ == "__main__":
    main()
