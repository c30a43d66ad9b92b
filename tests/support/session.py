"""A session on a migrated database whose work is undone after the test. What commits or locks takes `cloned_database`."""

import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, create_engine, event, text
from sqlalchemy.orm import Session

from app.embedded.postgres import EmbeddedPostgres
from tests.support.template import TEMPLATE


@pytest.fixture(scope="session")
def shared_connection(database_server: EmbeddedPostgres) -> Iterator[Connection]:
    """One connection to a database that no test leaves anything in."""
    name = f"shared_{uuid.uuid4().hex[:12]}"
    database_server.create_database(name, template=TEMPLATE)
    engine = create_engine(database_server.url_of(name), connect_args={"options": "-c timezone=UTC"})
    with engine.connect() as connection:
        yield connection
    engine.dispose()
    database_server.drop_database(name)


@pytest.fixture
def session(shared_connection: Connection) -> Iterator[Session]:
    """Commits become savepoints; constraints that wait for the commit are asked at each of them."""
    outer = shared_connection.begin()
    session = Session(shared_connection, join_transaction_mode="create_savepoint", expire_on_commit=False)
    event.listen(session, "before_commit", _fire_deferred_constraints)
    yield session
    session.close()
    outer.rollback()


def _fire_deferred_constraints(session: Session) -> None:
    session.flush()
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
    session.execute(text("SET CONSTRAINTS ALL DEFERRED"))
