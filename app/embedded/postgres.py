"""An embedded PostgreSQL 18: start it, wait for it, make databases in it, stop it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg
from psycopg import sql

from app.embedded.errors import EmbeddedServerError
from app.embedded.ports import LOOPBACK, any_free_port
from app.embedded.postgres_cluster import (
    APPLICATION_ROLE,
    OWNER_ROLE,
    REPORTS_ROLE,
    SUPERUSER,
    password,
    password_of,
)
from app.embedded.tether import tethered

REPOSITORY = Path(__file__).parents[2]
START_SECONDS = 60
STOP_SECONDS = 15
DATABASE = "phsar"


class EmbeddedPostgres:
    """One server on one folder; data survive any way of ending it. Start it from a thread that lives as long as it.

    With `durable=False` a power cut may lose data, which suits tests. Without `port` a free one is taken.
    """

    def __init__(self, home: Path, *, port: int | None = None, durable: bool = True) -> None:
        self.home = home.resolve()
        self.port = port or any_free_port()
        self.durable = durable
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        """The command line that becomes the server; its death signal is SIGINT, a fast shutdown."""
        throwaway = [] if self.durable else ["--throwaway"]
        return [
            sys.executable, "-m", "app.embedded.postgres_server",
            "--home", os.fspath(self.home), "--port", str(self.port), *throwaway,
        ]  # fmt: skip

    def start(self) -> None:
        """Start the server and wait until it takes connections. Raises EmbeddedServerError when it does not."""
        password(self.home)
        log_file = self.home / "postgres.log"
        with log_file.open("ab") as log:
            self.process = subprocess.Popen(
                tethered(self.command(), end_with=signal.SIGINT),
                cwd=REPOSITORY, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                last_words = log_file.read_text(errors="replace")[-2000:]
                raise EmbeddedServerError(f"The embedded PostgreSQL did not start. Its log ends:\n{last_words}")
            time.sleep(0.02)
        self.prepare()

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is on disk."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(STOP_SECONDS)
        self.process = None

    def is_ready(self) -> bool:
        """Whether the server takes connections now."""
        try:
            psycopg.connect(self.superuser_at("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def prepare(self) -> None:
        """Make the roles and the market's database where they are missing."""
        with self.as_superuser() as connection:
            known = {role for (role,) in connection.execute("SELECT rolname FROM pg_roles").fetchall()}
            for role in (OWNER_ROLE, APPLICATION_ROLE, REPORTS_ROLE):
                verb = "ALTER" if role in known else "CREATE"
                statement = sql.SQL("{} ROLE {} LOGIN PASSWORD {}")
                secret = sql.Literal(password_of(role, self.home))
                connection.execute(statement.format(sql.SQL(verb), sql.Identifier(role), secret))
        self.create_database(DATABASE)
        self._hand_over()

    def _hand_over(self) -> None:
        """What a market of before made belonged to the role that runs it."""
        with psycopg.connect(self.superuser_at(DATABASE), autocommit=True) as connection:
            names = [sql.Identifier(role) for role in (APPLICATION_ROLE, OWNER_ROLE)]
            connection.execute(sql.SQL("REASSIGN OWNED BY {} TO {}").format(*names))

    @property
    def url(self) -> str:
        """SQLAlchemy URL of the market's database as the role that runs it: it owns nothing."""
        return self.url_of(DATABASE, APPLICATION_ROLE)

    @property
    def owner_url(self) -> str:
        """As the role whose tables they are, for migrations."""
        return self.url_of(DATABASE)

    @property
    def reports_url(self) -> str:
        """As the role that may only read."""
        return self.url_of(DATABASE, REPORTS_ROLE)

    def url_of(self, database: str, role: str = OWNER_ROLE) -> str:
        """SQLAlchemy URL of a database of this server."""
        secret = password_of(role, self.home)
        return f"postgresql+psycopg://{role}:{secret}@{LOOPBACK}:{self.port}/{database}"

    def create_database(self, name: str, *, template: str = "template1") -> None:
        """Make a database of the owner's role, unless it exists; `template` is copied as it stands."""
        with self.as_superuser() as connection:
            if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                return
            names = [sql.Identifier(part) for part in (name, template, OWNER_ROLE)]
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(*names))

    def drop_database(self, name: str) -> None:
        """Remove a database, ending its connections."""
        with self.as_superuser() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def as_superuser(self) -> psycopg.Connection:
        """A connection that may do everything and commits each statement."""
        return psycopg.connect(self.superuser_at("postgres"), autocommit=True)

    def superuser_at(self, database: str) -> str:
        """What psycopg needs to connect to a database as the one who may do everything."""
        return psycopg.conninfo.make_conninfo(
            host=LOOPBACK, port=self.port, user=SUPERUSER, password=password(self.home), dbname=database
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
