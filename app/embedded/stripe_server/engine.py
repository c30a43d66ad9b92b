"""The one lock, the clock, and the loop that does due tasks."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from app.embedded.stripe_server.errors import CardError
from app.embedded.stripe_server.settings import Settings
from app.embedded.stripe_server.store import Store
from app.embedded.stripe_server.tasks import next_task, run_task
from app.embedded.stripe_server.webhook_endpoints import register_own
from app.embedded.stripe_server.work import Work


class StoppedError(Exception):
    """The server is going down; what was asked now was not done."""


class Engine:
    """All changes of state go through `work()`, one at a time."""

    def __init__(self, settings: Settings, base_url: str) -> None:
        self.settings, self.base_url = settings, base_url
        self.store = Store(settings.state_file)
        self.changed = threading.Condition(threading.RLock())
        self.stopped = False
        with self.work() as work:
            register_own(work)

    def clock(self) -> float:
        """Seconds since 1970 on the server's clock: the machine's, plus what was advanced."""
        row = self.store.tables.get("meta", {}).get("clock")
        return time.time() + (row["offset"] if row else 0)

    @contextmanager
    def work(self, request_id: str | None = None, idempotency_key: str | None = None) -> Iterator[Work]:
        """Do what is due, then let the caller work; an exception undoes it, a declined card does not."""
        with self.changed:
            if self.stopped:
                raise StoppedError
            self._run_due(int(self.clock()))
            work = self._new_work(int(self.clock()), request_id, idempotency_key)
            try:
                yield work
            except CardError:
                work.commit()
                raise
            else:
                work.commit()
            finally:
                self.changed.notify_all()

    def _new_work(self, now: int, request_id: str | None = None, idempotency_key: str | None = None) -> Work:
        return Work(
            self.store,
            self.settings,
            now=now,
            base_url=self.base_url,
            request_id=request_id,
            idempotency_key=idempotency_key,
        )

    def _run_due(self, until: int) -> None:
        """Tasks in the order of their hours, each at its own hour, so that a long jump leaves the dates it should."""
        while (task := next_task(self.store)) and task["at"] <= until:
            run_task(self._new_work(task["at"]), task)
            self.changed.notify_all()

    def advance(self, seconds: int) -> int:
        """Move the server's clock forward and do all that falls due on the way. Gives the new time."""
        with self.changed:
            target = int(self.clock()) + seconds
            self._run_due(target)
            with self.work() as work:
                row = work.get("meta", "clock") or {"id": "clock", "offset": 0}
                work.put("meta", row | {"offset": row["offset"] + seconds})
            self.changed.notify_all()
            return int(self.clock())

    def run_tasks(self) -> None:
        """The loop of the background thread: sleep until the next task's hour or until something changes."""
        with self.changed:
            while not self.stopped:
                self._run_due(int(self.clock()))
                task = next_task(self.store)
                self.changed.wait(max(task["at"] - self.clock(), 0.01) if task else None)

    def stop(self) -> None:
        with self.changed:
            if not self.stopped:
                self.stopped = True
                self.store.close()
            self.changed.notify_all()
