"""Who makes reports reads what they are made of, and neither writes nor sees anything else."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.db.grants import READ_IN_PART, REPORTED, grant_reports
from app.db.session import configure, report_snapshot
from app.embedded.postgres import EmbeddedPostgres
from app.ledger.actions.post_journal import post_journal
from app.ledger.queries import balances_by_account
from app.ledger.recipes import capital_paid_in
from tests.support.template import TEMPLATE

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def urls(database_server: EmbeddedPostgres) -> Iterator[tuple[str, str]]:
    """One database, as its owner and as who makes reports; both are gone afterwards."""
    name, role = f"reported_{uuid4().hex[:8]}", f"reports_{uuid4().hex[:8]}"
    database_server.create_database(name, template=TEMPLATE)
    owner = database_server.url_of(name)
    with database_server.as_superuser() as boss:
        boss.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x'")
    for _ in range(2):
        grant_reports(owner, role)
    yield owner, make_url(owner).set(username=role, password="x").render_as_string(hide_password=False)
    database_server.drop_database(name)
    with database_server.as_superuser() as boss:
        boss.execute(f"DROP ROLE {role}")


@pytest.fixture
def reader(urls: tuple[str, str]) -> Iterator[Connection]:
    engine = create_engine(urls[1])
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_reports_are_made_as_the_role_that_may_only_read(urls: tuple[str, str]) -> None:
    owner, reports = urls
    engine = configure(owner, reports_url=reports)
    with Session(engine) as session:
        post_journal(session, capital_paid_in(key="capital", cents=5_000, at=AT))
        session.commit()
    with report_snapshot() as session:
        assert session.scalar(text("SELECT current_user")) == make_url(reports).username
        assert [tuple(row) for row in balances_by_account(session)] == [("1010", "USD", 5_000), ("3000", "USD", 5_000)]
    engine.dispose()


@pytest.mark.parametrize("table", [*REPORTED, *READ_IN_PART])
def test_each_thing_a_report_is_made_of_can_be_read(reader: Connection, table: str) -> None:
    reader.execute(text(f"SELECT {READ_IN_PART.get(table, '*')} FROM {table} LIMIT 1"))


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT password FROM users",
        "SELECT access_token FROM order_groups",
        "SELECT * FROM messages",
        "SELECT * FROM carts",
        "SELECT * FROM outgoing_mails",
        "INSERT INTO journals (key, event, effective_at, payload_hash) VALUES ('x', 'x', now(), '')",
        "UPDATE orders SET id = id",
        "DELETE FROM postings",
        "TRUNCATE tie_out_runs",
        "CREATE TABLE mine (x int)",
    ],
)
def test_everything_else_is_out_of_reach(reader: Connection, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        reader.execute(text(statement))
