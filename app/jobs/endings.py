"""How a job's end is written down, whatever is in the way: what stayed `doing` under a living worker nobody looks for."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from psycopg import OperationalError

PAUSE_SECONDS = 0.5


class Endings(JobManager):
    """Waits for a database that is away, and gives up a job that one like it is waiting to do again."""

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:
        write = super().finish_job
        await _until_written(lambda: write(job, status, delete_job))

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        write = super().retry_job
        try:
            await _until_written(lambda: write(job, retry_at, priority, queue, lock))
        except UniqueViolation:
            await self.finish_job(job, Status.FAILED, delete_job=True)


async def _until_written(write: Callable[[], Awaitable[None]]) -> None:
    """What was written although the answer was lost is refused the second time, which ends this too."""
    while True:
        try:
            return await write()
        except ConnectorException as trouble:
            if not isinstance(trouble.__cause__, OperationalError):
                raise
        await asyncio.sleep(PAUSE_SECONDS)
