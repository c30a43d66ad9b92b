"""Migrations lead from nothing to exactly what the models say, and every one of them leads back."""

import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.db import migrate
from app.db.base import Base
from app.db.tables import load_all_models
from app.embedded.postgres import EmbeddedPostgres
from app.embedded.postgres_cluster import programs

MIGRATIONS = sorted(file.name[:4] for file in (Path(migrate.__file__).parents[2] / "migrations/versions").glob("*.py"))
QUEUE = "procrastinate%"  # makes its own tables, which are no models of ours
WHAT_TABLES_SAY = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull::text, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attribute AS a
    JOIN pg_class AS c ON c.oid = a.attrelid AND c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relname NOT LIKE :queue AND c.relname <> 'alembic_version'
  UNION ALL
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''
    FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND contype <> 't'
      AND conrelid::regclass::text NOT LIKE :queue AND conrelid::regclass::text <> 'alembic_version'
  UNION ALL
    SELECT tablename, indexname, indexdef, '', '' FROM pg_indexes
    WHERE schemaname = 'public' AND tablename NOT LIKE :queue AND tablename <> 'alembic_version'
"""


@pytest.fixture
def empty(database_server: EmbeddedPostgres) -> Iterator[str]:
    """URL of a database without a table."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    database_server.create_database(name)
    yield database_server.url_of(name)
    database_server.drop_database(name)


def schema_of(url: str) -> str:
    """All of it as SQL, triggers and functions included. pg_dump makes up one key a run, which is no part of it."""
    command = [programs() / "pg_dump", "--schema-only", "--exclude-table=alembic_version", url.replace("+psycopg", "")]
    dump = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return "\n".join(line for line in dump.splitlines() if not line.startswith(("\\restrict", "\\unrestrict")))


def what_tables_say(url: str) -> set[tuple[str, ...]]:
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = {tuple(row) for row in connection.execute(text(WHAT_TABLES_SAY), {"queue": QUEUE})}
    engine.dispose()
    return rows


def test_each_migration_leads_there_and_back_and_there_again(empty: str) -> None:
    after = schema_of(empty)
    for number in MIGRATIONS:
        before = after
        migrate.upgrade(empty, number)
        after = schema_of(empty)
        assert after != before
        migrate.downgrade(empty, "-1")
        assert schema_of(empty) == before, f"downgrade of {number} does not lead back"
        migrate.upgrade(empty, number)
        assert schema_of(empty) == after, f"{number} cannot be applied again after its downgrade"
    migrate.check(empty)


def test_the_migrated_tables_are_those_of_the_models_with_their_checks_and_defaults(
    empty: str, cloned_database: str
) -> None:
    load_all_models()
    engine = create_engine(empty)
    Base.metadata.create_all(engine)
    engine.dispose()
    models, migrated = what_tables_say(empty), what_tables_say(cloned_database)
    assert {row[0] for row in models} == set(Base.metadata.tables)
    assert migrated - models == set()
    assert models - migrated == set()
