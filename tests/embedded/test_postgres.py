"""The embedded PostgreSQL loses nothing that was committed and never stands in its own way."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest

from app.embedded.leftovers import processes_working_in, runs
from app.embedded.postgres import REPOSITORY, EmbeddedPostgres
from tests.support.waiting import wait_for


@pytest.fixture
def server(server_folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(server_folder / "database")
    server.start()
    yield server
    server.stop()


def connect(server: EmbeddedPostgres) -> psycopg.Connection:
    return psycopg.connect(server.owner_url.replace("+psycopg", ""), autocommit=True)


def keep_a_note(server: EmbeddedPostgres) -> None:
    with connect(server) as connection:
        connection.execute("CREATE TABLE notes (words text)")
        connection.execute("INSERT INTO notes VALUES ('paid')")


def notes(server: EmbeddedPostgres) -> list[str]:
    with connect(server) as connection:
        return [words for (words,) in connection.execute("SELECT words FROM notes")]


def test_data_survive_kill_9_of_every_process(server):
    keep_a_note(server)
    for process in processes_working_in(server.home / "data", "postgres"):
        with suppress(psutil.NoSuchProcess):  # the first ones take others with them
            process.kill()
    server.process.wait()
    server.start()
    assert notes(server) == ["paid"]


def test_a_server_that_was_left_over_is_ended_before_another_one_starts(server):
    keep_a_note(server)
    second = EmbeddedPostgres(server.home)
    second.start()
    try:
        assert server.process.wait(10) == 0
        assert notes(second) == ["paid"]
    finally:
        second.stop()


def test_backends_without_their_postmaster_do_not_stop_the_next_start(server):
    keep_a_note(server)
    with connect(server) as connection:
        backend = psutil.Process(connection.info.backend_pid)
        backend.suspend()  # it cannot notice that its postmaster dies
        server.process.kill()
        server.process.wait()
        server.start()
    assert notes(server) == ["paid"]
    assert not runs(backend)


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(server):
    keep_a_note(server)
    pid_file = server.home / "data" / "postmaster.pid"
    left_by_a_crash = pid_file.read_text().split("\n", 1)[1]
    server.stop()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        pid_file.write_text(f"{stranger.pid}\n{left_by_a_crash}")
        server.start()
        assert notes(server) == ["paid"]
        assert stranger.poll() is None
        stranger.kill()


def test_a_data_directory_that_was_broken_off_is_made_again(server_folder):
    broken = server_folder / "database" / "data.new"
    broken.mkdir(parents=True)
    (broken / "PG_VERSION").write_text("18")
    with EmbeddedPostgres(server_folder / "database", durable=False) as server:
        keep_a_note(server)
        assert notes(server) == ["paid"]


def test_the_owner_is_no_superuser_and_whoever_runs_or_reads_the_market_owns_nothing(server):
    with connect(server) as connection:
        assert connection.execute("SELECT current_setting('is_superuser')").fetchone() == ("off",)
        connection.execute("CREATE SCHEMA mine")
    for url in (server.url, server.reports_url):
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            for statement in ("CREATE SCHEMA theirs", "CREATE TABLE theirs (x int)", "DROP SCHEMA mine"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)


def test_the_password_of_one_role_opens_no_other(server):
    secrets = {urlsplit(url).password for url in (server.url, server.owner_url, server.reports_url)}
    assert len(secrets | {(server.home / "password").read_text()}) == 4


def test_what_the_role_that_runs_the_market_once_made_becomes_the_owners(server):
    with server.as_superuser() as boss:
        boss.execute("ALTER DATABASE phsar OWNER TO phsar")
    with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE notes AS SELECT 'paid' AS words")
    server.prepare()
    with connect(server) as connection:
        connection.execute("ALTER TABLE notes ADD COLUMN at date")


def test_only_who_knows_the_password_gets_in(server):
    address = f"host=127.0.0.1 port={server.port} user=postgres dbname=postgres password=guess"
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(address)
    assert (server.home / "password").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the next start cleans up")
def test_the_server_ends_when_whoever_started_it_is_killed(server_folder):
    script = (
        "import sys, time; from pathlib import Path; from app.embedded.postgres import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(Path(sys.argv[1])); server.start(); print(server.process.pid, flush=True)\n"
        "time.sleep(600)"
    )
    command = [sys.executable, "-c", script, os.fspath(server_folder)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as starter:
        server_pid = int(starter.stdout.readline())
        assert psutil.Process(server_pid).name() == "postgres"
        starter.send_signal(signal.SIGKILL)
    wait_for(lambda: not processes_working_in(server_folder / "data", "postgres"), what="the server to end")
    assert "received fast shutdown request" in (server_folder / "postgres.log").read_text()
