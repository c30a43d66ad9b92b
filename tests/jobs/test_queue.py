"""A job exists exactly when its transaction does."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from sqlalchemy import text

from app.cli.children import REPOSITORY
from app.db import session as database
from app.db.reach import REACH
from app.db.revision import plain_address
from app.db.session import reading, transaction
from app.jobs.queue import enqueue
from app.jobs.worker import _rescue, queue_of
from tests.support.working import work_until_empty


@pytest.fixture
def queue_database(cloned_database: str) -> Iterator[str]:
    engine = database.configure(cloned_database)
    yield cloned_database
    engine.dispose()


def jobs() -> int:
    with reading() as session:
        return int(session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) or 0)


def test_a_job_of_a_rolled_back_transaction_never_existed(queue_database: str) -> None:
    with pytest.raises(ZeroDivisionError), transaction() as session:
        enqueue(session, "a.b")
        raise ZeroDivisionError
    assert jobs() == 0


def test_a_job_that_waits_already_is_not_added_and_the_transaction_lives(queue_database: str) -> None:
    with transaction() as session:
        enqueue(session, "a.b", once="lock")
    with transaction() as session:
        session.execute(text("CREATE TABLE kept (x int)"))
        enqueue(session, "a.b", once="lock")
    assert jobs() == 1
    with reading() as session:
        assert session.execute(text("SELECT count(*) FROM kept")).scalar() == 0


def test_a_swallowed_failure_is_not_committed_in_silence(queue_database: str) -> None:
    with pytest.raises(RuntimeError, match="swallowed"), transaction() as session:
        driver = session.connection().connection.driver_connection
        with suppress(Exception):  # the mistake this test is about
            driver.execute("SELECT 1/0")


def test_the_worker_runs_what_waits_with_its_arguments(queue_database: str) -> None:
    done: list[str] = []
    with transaction() as session:
        enqueue(session, "mail.send", to="sok@example.com")
    work_until_empty(queue_database, {"mail.send": lambda **given: done.append(given["to"])})
    assert done == ["sok@example.com"]
    assert jobs() == 0


def test_a_job_that_fails_stays_to_be_tried_again(queue_database: str) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    problems: list[str] = []
    with transaction() as session:
        enqueue(session, "a.b")
    work_until_empty(queue_database, {"a.b": fail}, lambda name, _: problems.append(name))
    assert problems == ["a.b"]
    assert jobs() == 1


def test_two_that_add_two_jobs_in_different_order_do_not_wait_for_each_other(queue_database: str) -> None:
    """As a payment, whose mail comes before its fee, and a refund, whose fee comes before its mail."""
    with transaction() as payment, transaction() as refund:
        enqueue(payment, "mails", once="mails")
        enqueue(refund, "fees", once="fees")
        enqueue(payment, "fees", once="fees")
        enqueue(refund, "mails", once="mails")
    assert jobs() == 2


def test_a_job_whose_end_could_not_be_written_is_not_left_under_way(queue_database: str) -> None:
    """The database cuts the connection in the middle of the write, as one does that is restarted."""
    done: list[str] = []
    with transaction() as session:
        session.execute(text("CREATE SEQUENCE cuts"))
        session.execute(
            text(
                "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                " IF nextval('cuts') = 1 THEN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); END IF;"
                " RETURN OLD; END $$"
            )
        )
        session.execute(
            text("CREATE TRIGGER cut BEFORE DELETE ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION cut()")
        )
        enqueue(session, "a.b")
    work_until_empty(queue_database, {"a.b": lambda: done.append("a.b")})
    assert done == ["a.b"]
    assert jobs() == 0
    with reading() as session:
        assert session.scalar(text("SELECT last_value FROM cuts")) == 2, "the write was cut off once"


def test_a_job_that_fails_while_one_like_it_waits_leaves_the_work_to_that_one(queue_database: str) -> None:
    def fail() -> None:
        with transaction() as session:
            enqueue(session, "fees", once="fees")
        raise ZeroDivisionError

    with transaction() as session:
        enqueue(session, "fees", once="fees")
    work_until_empty(queue_database, {"fees": fail})
    with reading() as session:
        assert session.scalars(text("SELECT status::text FROM procrastinate_jobs")).all() == ["todo"]


def test_all_that_a_dead_worker_did_is_found_although_two_of_it_were_alike(queue_database: str) -> None:
    """One of two alike that waits again is enough; the other must not keep those after it from being found."""
    for _ in range(2):
        with transaction() as session:
            enqueue(session, "fees", once="fees")
        work_was_begun()
    with transaction() as session:
        enqueue(session, "card.refund")
    work_was_begun()

    async def rescue() -> None:
        app = queue_of(plain_address(queue_database))
        async with app.open_async():
            await _rescue(app)

    with ThreadPoolExecutor() as pool:
        pool.submit(lambda: asyncio.run(rescue())).result()
    with reading() as session:
        waiting = session.scalars(text("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id"))
        assert list(waiting) == ["fees", "card.refund"]


def work_was_begun() -> None:
    """By a worker that is gone since."""
    with transaction() as session:
        session.execute(text("UPDATE procrastinate_jobs SET status = 'doing' WHERE status = 'todo'"))


NEVER_ENDS = """
import sys, threading
from app.jobs import worker
worker.STOP_SECONDS = 6  # one more than it waits for jobs to end by themselves
def never_ends():
    print("began", flush=True)
    threading.Event().wait()
worker.run_worker(sys.argv[1], {"a.b": never_ends}, {}, on_problem=lambda name, error: print(name, flush=True))
"""


def test_a_worker_that_is_to_stop_does_not_wait_for_ever_and_its_job_is_done_again(queue_database: str) -> None:
    with transaction() as session:
        enqueue(session, "a.b")
    command = [sys.executable, "-c", NEVER_ENDS, queue_database]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "began\n"
        process.terminate()
        try:
            said, _ = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, said) == (1, "stop\n")
    with reading() as session:
        assert session.scalars(text("SELECT status::text FROM procrastinate_jobs")).all() == ["doing"]
        assert session.scalar(text("SELECT count(*) FROM procrastinate_workers")) == 1, "by whose silence it is found"


def test_the_workers_connections_are_given_up_as_all_others_are(queue_database: str) -> None:
    async def parameters() -> dict[str, str]:
        app = queue_of(plain_address(queue_database))
        async with app.open_async(), app.connector.pool.connection() as connection:
            return connection.info.get_parameters()

    with ThreadPoolExecutor(1) as pool:  # a browser of another test may have a loop of its own in this thread
        found = pool.submit(asyncio.run, parameters()).result()
    assert found.items() >= {name: str(value) for name, value in REACH.items()}.items()
