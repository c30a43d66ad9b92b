"""The job worker: Procrastinate over the tables of jobs that `app.wiring` collects."""

import asyncio
import os
import threading
from collections.abc import Callable, Mapping
from typing import Any

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.worker import Worker

from app.db.reach import REACH
from app.db.revision import plain_address
from app.jobs.endings import Endings

Job = Callable[..., Any]
Problem = Callable[[str, BaseException], None]
CONCURRENCY = 4
HEARTBEAT_SECONDS = 5
STALLED_SECONDS = 20
STOP_SECONDS = 60  # less than the 90 after which systemd kills
RETRY = RetryStrategy(max_attempts=12, exponential_wait=2)


def run_worker(
    database_url: str,
    jobs: Mapping[str, Job],
    periodic: Mapping[str, str],
    *,
    wait: bool = True,
    on_problem: Problem = lambda _name, _error: None,
) -> None:
    """Run jobs until SIGTERM, or with `wait=False` until the queue is empty.

    A job that raises is tried again after 2, 4, 8 … seconds. What a killed worker was doing is found by its missing
    heartbeat and run again: every job can run twice. To stop, it waits for what it is doing, but not for ever; whoever
    started it may kill it sooner.
    """
    app = queue_of(plain_address(database_url))
    for name, job in jobs.items():
        app.task(name=name, retry=RETRY)(_told(name, job, on_problem))
    for name, cron in periodic.items():
        _register_periodic(app, name, jobs[name], cron)
    asyncio.run(_run(app, on_problem, wait=wait))


def queue_of(address: str) -> App:
    app = App(connector=PsycopgConnector(conninfo=address, kwargs=dict(REACH), max_size=CONCURRENCY + 4))
    app.job_manager = Endings(app.connector)
    return app


def _told(name: str, job: Job, on_problem: Problem) -> Job:
    def run(**arguments: Any) -> None:
        try:
            job(**arguments)
        except BaseException as error:
            on_problem(name, error)
            raise

    return run


def _register_periodic(app: App, name: str, job: Job, cron: str) -> None:
    """A periodic run passes the time it stands for, which our jobs do not need. One of a kind waits at a time."""

    def run(timestamp: int) -> None:
        del timestamp
        job()

    task = app.task(name=f"{name}.periodic", queueing_lock=f"{name}.periodic")(run)
    app.periodic(cron=cron)(task)


async def _run(app: App, on_problem: Problem, *, wait: bool) -> None:
    async with app.open_async():
        rescuer = asyncio.create_task(_rescue_stalled(app, on_problem)) if wait else None
        try:
            worker = _EndingWorker(
                app,
                on_problem,
                concurrency=CONCURRENCY,
                wait=wait,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
                shutdown_graceful_timeout=5,
                install_signal_handlers=wait,
            )
            await worker.run()
        finally:
            if rescuer is not None:
                rescuer.cancel()


class _EndingWorker(Worker):
    """Procrastinate's waits without limit for jobs that cannot be interrupted, and for a database that is away."""

    def __init__(self, app: App, on_problem: Problem, **options: Any) -> None:
        super().__init__(app, **options)
        self._last_moment = threading.Timer(STOP_SECONDS, self._leave, [on_problem])
        self._last_moment.daemon = True

    def stop(self) -> None:
        if not self._stop_event.is_set():
            self._last_moment.start()
        super().stop()

    async def run(self) -> None:
        try:
            await super().run()
        finally:
            self._last_moment.cancel()

    @staticmethod
    def _leave(on_problem: Problem) -> None:
        """What is under way is found by the missing heartbeat, as after any other death."""
        on_problem("stop", TimeoutError(f"not everything under way ended within {STOP_SECONDS} s; it is done again"))
        os._exit(1)


async def _rescue_stalled(app: App, on_problem: Problem) -> None:
    """Give back to the queue what a worker that died was doing, for as long as this one lives."""
    while True:
        try:
            await _rescue(app)
        except ConnectorException as trouble:  # the database is away: it comes back, and so must this
            on_problem("rescue of stalled jobs", trouble)
        await asyncio.sleep(HEARTBEAT_SECONDS)


async def _rescue(app: App) -> None:
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await app.job_manager.retry_job(job)
