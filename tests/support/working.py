"""The queue's worker inside a test."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor

from app.jobs.worker import Job, run_worker


def work_until_empty(
    database_url: str, jobs: Mapping[str, Job], on_problem: Callable[[str, BaseException], None] = lambda *_: None
) -> None:
    """In a thread: the worker runs an event loop of its own, and so does a browser that other tests keep open."""
    with ThreadPoolExecutor() as pool:
        pool.submit(run_worker, database_url, jobs, {}, wait=False, on_problem=on_problem).result()
