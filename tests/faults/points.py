"""The points a process can die at: both sides of every commit, request, answer and save, found at the seams.

Nothing of this is in the product. A seam is a function of a library, or of an embedded server, that every such step
goes through; `install` puts a look at the arms on both sides of it. A point's name says what was about to be done or
was just done, and for which function of the product, so a new call of the product is a new point by itself.
"""

import json
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.faults.arms import Mine

TELLING = (
    *("journals", "chain_transactions", "chain_logs", "card_refunds", "card_payments", "webhook_events"),
    *("stripe_balance_transactions", "chain_intents", "escrow_legs", "refunds", "order_groups", "order_events"),
)
"""Of the tables a transaction writes, the first of these names its point; others go by the first one written."""
_WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)")
_DOORS = {
    *("app.db.session", "app.chain.rpc", "app.onramp.stripe_gateway", "app.embedded.node_rpc"),
    *(f"app.embedded.stripe_server.{name}" for name in ("store", "work", "engine", "server")),
}
_AN_ID = re.compile(r"/(?!v\d)(?:(?=[^/]*\d)[^/]+|[a-z]+_[A-Za-z]{20,}(?=/|$))")
"""Has a digit; one of the card service's in seventy has none, and would be a point that nobody comes by again."""


class Points:
    """The seams of one process."""

    def __init__(self, role: str, folder: Path) -> None:
        self._mine = Mine(folder, role)
        self._answering = threading.local()

    def reach(self, name: str) -> None:
        """Die here, if that is what the test wants: the whole process, as by a power cut."""
        if self._mine.must_die(name):
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def around(self, name: str) -> Iterator[None]:
        self.reach(f"before {name}")
        yield
        self.reach(f"after {name}")

    def install(self) -> None:
        """In every part: what it commits and what it asks others for."""
        self._commits()
        self._requests()
        self._jobs()

    def install_stripe_server(self) -> None:
        """What it keeps, before it answers, and the webhooks it sends."""
        from app.embedded.stripe_server import delivery, server
        from app.embedded.stripe_server.store import Store

        points, commit, post, answer = self, Store.commit, delivery.post, server.Application._answer

        def commit_with_points(store: Any, changes: list[Any]) -> None:
            if not changes:
                return
            with points.around(f"keeping {points._what_is_answered()}"):
                commit(store, changes)

        def post_with_points(url: str, payload: bytes, secret: str, timeout: float) -> int:
            with points.around("webhook"):
                return post(url, payload, secret, timeout)

        def answer_with_label(application: Any, request: Any) -> Any:
            points._answering.label = f"{request.method} {_AN_ID.sub('/*', request.path)}"
            try:
                return answer(application, request)
            finally:
                points._answering.label = None

        Store.commit = commit_with_points  # type: ignore[method-assign]
        delivery.post = post_with_points
        server.Application._answer = answer_with_label  # type: ignore[method-assign]

    def install_node(self) -> None:
        """The blocks it mines and the states it saves. With it dies anvil, and what was not saved is lost."""
        from app.embedded.chain_state import ChainState
        from app.embedded.node_rpc import NodeRpc

        points, save, call = self, ChainState.save, NodeRpc.call

        def save_with_points(state: Any, head: Any, dump: bytes) -> None:
            with points.around("save of the chain"):
                save(state, head, dump)

        def call_with_points(rpc: Any, method: str, *parameters: Any) -> Any:
            if method != "evm_mine":
                return call(rpc, method, *parameters)
            with points.around("mining of a block"):
                return call(rpc, method, *parameters)

        ChainState.save = save_with_points  # type: ignore[method-assign]
        NodeRpc.call = call_with_points  # type: ignore[method-assign]

    def _commits(self) -> None:
        from sqlalchemy import Engine, event
        from sqlalchemy.engine.default import DefaultDialect

        points, written = self, _Written()
        commit, roll_back = DefaultDialect.do_commit, DefaultDialect.do_rollback
        event.listen(Engine, "before_cursor_execute", written.note)

        def commit_with_points(dialect: Any, connection: Any) -> None:
            table = written.telling(connection)
            if table is None:  # nothing was written: both sides leave the same behind
                commit(dialect, connection)
                return
            with points.around(f"commit of {table} in {_asker()}"):
                commit(dialect, connection)

        def rollback(dialect: Any, connection: Any) -> None:
            written.telling(connection)
            roll_back(dialect, connection)

        DefaultDialect.do_commit = commit_with_points  # type: ignore[method-assign]
        DefaultDialect.do_rollback = rollback  # type: ignore[method-assign]

    def _requests(self) -> None:
        from requests.adapters import HTTPAdapter

        points, send = self, HTTPAdapter.send

        def send_with_points(adapter: Any, request: Any, *arguments: Any, **options: Any) -> Any:
            with points.around(f"{_purpose(request)} in {_asker()}"):
                return send(adapter, request, *arguments, **options)

        HTTPAdapter.send = send_with_points  # type: ignore[method-assign]

    def _jobs(self) -> None:
        from procrastinate.manager import JobManager

        points, fetch, finish = self, JobManager.fetch_job, JobManager.finish_job

        async def fetch_with_point(manager: Any, *arguments: Any, **options: Any) -> Any:
            job = await fetch(manager, *arguments, **options)
            if job is not None:
                points.reach(f"after taking job {job.task_name}")
            return job

        async def finish_with_points(manager: Any, job: Any, *arguments: Any, **options: Any) -> None:
            with points.around(f"finish of job {job.task_name}"):
                await finish(manager, job, *arguments, **options)

        JobManager.fetch_job = fetch_with_point  # type: ignore[method-assign]
        JobManager.finish_job = finish_with_points  # type: ignore[method-assign]

    def _what_is_answered(self) -> str:
        return getattr(self._answering, "label", None) or _asker()


class _Written:
    """Tables written since the last commit, by connection."""

    def __init__(self) -> None:
        self._tables: dict[int, list[str]] = {}

    def note(self, _c: Any, cursor: Any, statement: str, *_: Any) -> None:
        if found := _WRITES.match(statement):
            self._tables.setdefault(id(cursor.connection), []).append(found[1])

    def telling(self, connection: Any) -> str | None:
        """Which table names the commit; None when nothing was written."""
        driver = getattr(connection, "driver_connection", connection)
        tables = self._tables.pop(id(driver), [])
        found = next((table for table in TELLING if table in tables), tables[0] if tables else None)
        return "chain_blocks" if found == "chain_cursors" else found  # a round without a new block is no other point


def _asker() -> str:
    """The nearest function of the product that is not only a door to database or network."""
    frame = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        is_a_name = not frame.f_code.co_name.startswith("<")  # nor a lambda or a comprehension
        if module.startswith("app.") and module not in _DOORS and is_a_name:
            return f"{module.removeprefix('app.')}.{frame.f_code.co_name}"
        frame = frame.f_back  # type: ignore[assignment]
    return "the start"


def _purpose(request: Any) -> str:
    if request.method == "POST" and request.body and request.body[:1] in (b"{", "{"):
        return str(json.loads(request.body).get("method", "POST"))
    return f"{request.method} {_AN_ID.sub('/*', request.path_url.split('?')[0])}"


Install = Callable[[Points], None]
INSTALL: dict[str, Install] = {"stripe": Points.install_stripe_server, "chain": Points.install_node}
"""By role; all others are parts of the application."""
