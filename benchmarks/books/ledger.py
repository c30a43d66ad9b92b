"""A database whose ledger has two years of trade in it, the month before this one closed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from app.db import migrate
from app.db import session as database
from app.embedded.postgres import EmbeddedPostgres

NAME = "books"
LINES_OF_AN_ORDER = 15
_FILL = Path(__file__).with_name("ledger.sql")


@contextmanager
def filled_ledger(server: EmbeddedPostgres, *, postings: int) -> Iterator[str]:
    """Name of the database, which this process is pointed at; gone afterwards."""
    with empty_ledger(server, NAME) as name:
        with psycopg.connect(server.superuser_at(name)) as connection:
            connection.execute(_FILL.read_text("utf-8").replace(":orders", str(postings // LINES_OF_AN_ORDER)))
        with psycopg.connect(server.superuser_at(name), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")
            connection.execute("CHECKPOINT")
        _close(server, name, month_before(datetime.now(UTC)))
        yield name


@contextmanager
def empty_ledger(server: EmbeddedPostgres, name: str) -> Iterator[str]:
    """With the tables of a market and nothing in them; gone afterwards."""
    server.create_database(name)
    url = server.url_of(name)
    try:
        migrate.upgrade(url)
        engine = database.configure(url)
        yield name
        engine.dispose()
    finally:
        server.drop_database(name)


def month_before(now: datetime) -> datetime:
    """A moment in it."""
    return now.replace(day=1) - timedelta(days=1)


def _close(server: EmbeddedPostgres, name: str, month: datetime) -> None:
    """By the events that the market writes: the database makes the snapshot."""
    for kind in ("soft_closed", "closed"):
        with psycopg.connect(server.superuser_at(name)) as connection:
            connection.execute(
                "INSERT INTO period_events (kind, period, actor_id) SELECT %s, %s, id FROM users",
                [kind, f"{month:%Y-%m}"],
            )
