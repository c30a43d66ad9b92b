"""Which migration the tables are at, asked without loading Alembic and the models."""

from pathlib import Path

import psycopg

VERSIONS = Path(__file__).resolve().parents[2] / "migrations" / "versions"


def newest_revision() -> str:
    """Migrations are a line: the highest number is the head (`0003_the_queue.py`)."""
    return max(file.name.split("_", 1)[0] for file in VERSIONS.glob("[0-9]*_*.py"))


def is_known(revision: str) -> bool:
    """Whether this program has the migration that brings tables to `revision`."""
    return any(file.name.split("_", 1)[0] == revision for file in VERSIONS.glob("[0-9]*_*.py"))


def is_newest(database_url: str) -> bool:
    """Whether there is nothing to upgrade."""
    with psycopg.connect(plain_address(database_url)) as connection:
        if connection.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
            return False
        return connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(newest_revision(),)]


def plain_address(database_url: str) -> str:
    """SQLAlchemy's address of the database as libpq takes it."""
    return database_url.replace("postgresql+psycopg://", "postgresql://", 1)
