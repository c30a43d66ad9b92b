"""What a failing statement leaves in the log, what readers may do, and how a connection that died is noticed."""

import os
import socket
from contextlib import closing

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError
from sqlalchemy.pool import NullPool

from app.db import liveness, reach
from app.db import session as database


def test_a_failing_statement_is_told_without_its_parameters(cloned_database: str) -> None:
    engine = database.configure(cloned_database)
    statement = text("SELECT 1 / 0 FROM orders, order_groups WHERE access_token = :key OR 1 / 0 = 1")
    with pytest.raises(DBAPIError) as failed, database.transaction() as session:
        session.execute(statement, {"key": "key-of-an-order"})
    engine.dispose()
    assert "access_token" in str(failed.value)
    assert "key-of-an-order" not in str(failed.value)


def test_a_reader_can_change_nothing_and_leaves_no_transaction_open(cloned_database: str) -> None:
    engine = database.configure(cloned_database)
    with pytest.raises(InternalError, match="read-only transaction"), database.reading() as session:
        session.execute(text("DELETE FROM categories"))
    with database.reading() as session:
        process = session.scalar(text("SELECT pg_backend_pid()"))
        with database.transaction() as other:
            state = other.scalar(text("SELECT state FROM pg_stat_activity WHERE pid = :pid"), {"pid": process})
    engine.dispose()
    assert state == "idle", "between two statements of a reader nothing is held"


@pytest.mark.parametrize("look", [database.reading, database.transaction, database.snapshot])
def test_connections_that_the_server_ended_are_replaced_before_they_are_used(cloned_database, look) -> None:
    engine = database.configure(cloned_database)
    with look() as session:
        before = session.scalar(text("SELECT pg_backend_pid()"))
    with create_engine(cloned_database, poolclass=NullPool).connect() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": before})
    with look() as session:
        after = session.scalar(text("SELECT pg_backend_pid()"))
    engine.dispose()
    assert after != before


def test_a_connection_that_lay_idle_for_long_is_asked_before_it_is_used(cloned_database, monkeypatch) -> None:
    monkeypatch.setattr(liveness, "LONG_IDLE_SECONDS", 0)
    engine = database.configure(cloned_database)
    sent: list[str] = []
    with database.reading() as session:
        bind = session.get_bind()
    monkeypatch.setattr(bind.dialect, "do_ping", lambda _connection: sent.append("ping") or True)
    with database.reading() as session:
        session.execute(text("SELECT 1"))
    assert sent == []
    with database.reading() as session:
        session.execute(text("SELECT 1"))
    engine.dispose()
    assert sent == ["ping"]


@pytest.mark.parametrize("look", [database.reading, database.transaction, database.snapshot])
def test_the_kernel_gives_up_a_connection_whose_server_vanished(cloned_database, look) -> None:
    engine = database.configure(cloned_database)
    with look() as session, closing(socket.socket(fileno=os.dup(descriptor_of(session)))) as line:
        limits = [
            line.getsockopt(socket.IPPROTO_TCP, option) for option in (socket.TCP_KEEPIDLE, socket.TCP_USER_TIMEOUT)
        ]
        assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    engine.dispose()
    assert limits == [reach.REACH["keepalives_idle"], reach.REACH["tcp_user_timeout"]]


def descriptor_of(session) -> int:
    return session.connection().connection.driver_connection.fileno()


def test_a_server_that_takes_a_connection_and_says_nothing_is_not_waited_for(cloned_database, monkeypatch) -> None:
    monkeypatch.setitem(reach.REACH, "connect_timeout", 2)  # the least that libpq takes
    with closing(socket.create_server(("127.0.0.1", 0))) as mute:
        engine = database.configure(f"postgresql+psycopg://nobody@127.0.0.1:{mute.getsockname()[1]}/nothing")
        with pytest.raises(OperationalError, match="timeout"), database.transaction() as session:
            session.execute(text("SELECT 1"))
    engine.dispose()
