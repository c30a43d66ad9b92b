"""Engine and `transaction()`: the one place that commits."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from psycopg.errors import DeadlockDetected, ForeignKeyViolation, SerializationFailure, UniqueViolation
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, sessionmaker

from app.db.dialect import COMPILED
from app.db.liveness import check_when_taken
from app.db.reach import REACH

T = TypeVar("T")
_ATTEMPTS = 4
_SOMEBODY_WAS_QUICKER = (DeadlockDetected, SerializationFailure, UniqueViolation, ForeignKeyViolation)
_PREPARED_STATEMENTS = 400
_OPTIONS = "-c timezone=UTC -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s"
_READ_ONLY = "-c default_transaction_read_only=on"
_factory: sessionmaker[Session] | None = None
_readers: sessionmaker[Session] | None = None
_reports: sessionmaker[Session] | None = None


def configure(database_url: str, *, reports_url: str = "", pool_size: int = 10) -> Engine:
    """Point the process at its database. Connections are opened on first use, so this is safe before a fork.

    Readers have connections of their own, which PostgreSQL holds to reading; disposing of the engine closes theirs too.
    Reports are made at `reports_url`, the same database as a role that may only read, if there is one.
    """
    global _factory, _readers, _reports  # noqa: PLW0603 - one database per process
    engine = _engine(database_url, _OPTIONS, pool_size)
    readers = _engine(database_url, f"{_OPTIONS} {_READ_ONLY}", pool_size, isolation_level="AUTOCOMMIT")
    reports = _engine(reports_url, f"{_OPTIONS} {_READ_ONLY}", pool_size) if reports_url else engine
    event.listen(engine, "engine_disposed", lambda _engine: readers.dispose())
    if reports is not engine:
        event.listen(engine, "engine_disposed", lambda _engine: reports.dispose())
    if _factory is not None:
        _factory.kw["bind"].dispose()  # configured anew: nobody else would close the earlier one's connections
    _factory = sessionmaker(engine, expire_on_commit=False)
    _readers = sessionmaker(readers, expire_on_commit=False)
    _reports = sessionmaker(reports, expire_on_commit=False)
    return engine


def _engine(database_url: str, server_options: str, pool_size: int, **options: Any) -> Engine:
    engine = create_engine(
        database_url,
        pool_size=pool_size,
        max_overflow=4,
        pool_use_lifo=True,  # few connections that have most statements prepared, instead of many with few
        hide_parameters=True,  # a failing statement is logged, and its parameters hold keys of orders and of carts
        connect_args={"options": server_options, **REACH},
        execution_options={"compiled_cache": COMPILED},  # readers, writers: whoever compiled it first
        **options,
    )
    event.listen(engine, "connect", _keep_prepared)
    check_when_taken(engine)
    return engine


def _keep_prepared(connection: Any, _record: Any) -> None:
    """More than the 100 statements that psycopg keeps by itself: the market has some hundred, and each is planned once."""
    connection.prepared_max = _PREPARED_STATEMENTS


def forget_connections() -> None:
    """After a fork: those of the parent are the parent's; this process opens its own."""
    for factory in (_readers, _reports):
        if factory is not None:
            factory.kw["bind"].dispose(close=False)
    if _factory is not None:
        engine().dispose(close=False)


def engine() -> Engine:
    """The engine of this process. Raises RuntimeError before `configure`."""
    if _factory is None:
        msg = "the database is not configured: call app.db.session.configure first"
        raise RuntimeError(msg)
    bound: Engine = _factory.kw["bind"]
    return bound


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: committed when the block ends, rolled back when it raises."""
    engine()
    assert _factory is not None
    with _factory() as session, session.begin():
        yield session
        _require_unbroken(session)


def _require_unbroken(session: Session) -> None:
    """PostgreSQL answers COMMIT of an aborted transaction with a silent rollback; say so instead of losing the work."""
    if session.in_transaction():
        driver = session.connection().connection.driver_connection
        if driver is not None and driver.info.transaction_status == TransactionStatus.INERROR:
            msg = "a statement failed and was swallowed: nothing of this transaction would have been kept"
            raise RuntimeError(msg)


@contextmanager
def reading() -> Iterator[Session]:
    """A read-only look: PostgreSQL itself refuses writes. Each statement sees what is committed when it begins.

    That is what statements of one transaction see too, so none is begun and ended around them: two round trips less.
    """
    engine()
    assert _readers is not None
    with _readers() as session:
        yield session  # closing gives the connection back; a rollback here would empty the rows that a page still shows


@contextmanager
def snapshot() -> Iterator[Session]:
    """A read-only look in which all statements see one and the same state, whatever is committed meanwhile."""
    engine()
    assert _factory is not None
    with _one_state(_factory) as session:
        yield session


@contextmanager
def report_snapshot() -> Iterator[Session]:
    """As `snapshot`, by the role that may read what reports are made of and nothing else."""
    engine()
    assert _reports is not None
    with _one_state(_reports) as session:
        yield session


@contextmanager
def _one_state(factory: sessionmaker[Session]) -> Iterator[Session]:
    with factory() as session:
        session.connection(execution_options={"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"})
        yield session


def in_transaction(work: Callable[[Session], T]) -> T:
    """Run `work` in a transaction of its own, and again when somebody was quicker at the same moment.

    Then PostgreSQL chose it as the victim of a deadlock, or a twin has written the row that `work` did not find, or removed
    the one that it did. The second time it is looked at as it is now: the same form is known, what is taken is said in words.
    """
    for attempt in range(_ATTEMPTS):
        try:
            with transaction() as session:
                return work(session)
        except DBAPIError as error:
            if attempt == _ATTEMPTS - 1 or not isinstance(error.orig, _SOMEBODY_WAS_QUICKER):
                raise
            time.sleep(0.02 * 2**attempt)
    raise AssertionError
